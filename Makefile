# What a newcomer needs: `make` runs the sample county, `make test` passes the tests, the rest takes longer.
# Everything that is built or fetched lies in a cache outside the clone.
CACHE ?= $(HOME)/.cache/lscb
export CARGO_TARGET_DIR ?= $(CACHE)/target
SHELL := /bin/bash
CARGO := cargo --locked

# $(call stage,name,command): runs a stage and prints its seconds.
define stage
@start=$$(date +%s); echo "== $(1)"; { $(2); } || { echo "stage $(1): FAILED after $$(( $$(date +%s) - start )) s"; exit 1; }; echo "stage $(1): $$(( $$(date +%s) - start )) s"
endef

.PHONY: run portal test format lint unit suite addresses api browser faults fuzz bench bench-door load help
# The stages wait for each other, also with -j: two builds at once only wait for one lock.
.NOTPARALLEL:

run: ## the sample county from its returns to the report
	@$(CARGO) build
	@$(CARGO) run --quiet -- run pipelines/nightly.toml; code=$$?; [ $$code = 0 ] || [ $$code = 3 ]

portal: ## the portal on the sample county, in the folder `demo`, with one account a role
	@$(CARGO) build
	@$(CARGO) run --quiet -- serve --demo demo

test: format lint unit suite addresses api browser ## all tests, in stages that print their seconds

format: ## the layout of the code
	$(call stage,format,cargo fmt --all --check)

lint: ## warnings of the compiler and of clippy, all of them denied
	$(call stage,lint,$(CARGO) clippy --quiet --all-targets -- -D warnings)

unit: ## the tests in src/
	$(call stage,unit,$(CARGO) test --quiet --lib)

suite: ## the program as a person runs it
	$(call stage,suite,$(CARGO) build --quiet && $(CARGO) run --quiet -- rules --check && $(CARGO) test --quiet --test suite)

addresses: ## findings at the cells where other people's libraries put the faults
	$(call stage,addresses,$(CARGO) build --quiet && tests/addresses/run.sh "$(CACHE)")

api: ## the portal's API under a fuzzer, by its own document
	$(call stage,api,$(CARGO) build --quiet && tests/api/run.sh "$(CACHE)" "$${LSCB_API_SECONDS:-25}")

browser: ## the sample county's report in a browser
	$(call stage,browser,$(CARGO) build --quiet && tests/browser/run.sh "$(CACHE)")

faults: ## a minute of changed workbooks through the door; LSCB_FAULT_SECONDS is another time
	$(call stage,faults,$(CARGO) build --quiet && LSCB_FAULT_SECONDS=$${LSCB_FAULT_SECONDS:-60} $(CARGO) test --quiet --test suite mutate:: -- --nocapture)

fuzz: ## each format's reader under cargo-fuzz; needs a nightly toolchain and cargo-fuzz, FUZZ_SECONDS each
	$(call stage,fuzz,tests/fuzz/run.sh "$(CACHE)" "$${FUZZ_SECONDS:-60}")

bench: ## criterion benchmarks
	$(call stage,bench,$(CARGO) bench)

bench-door: ## a hundred workbooks through the door, beside other programs that only read them
	$(call stage,bench-door,$(CARGO) build --release --quiet && benches/door/run.sh "$(CACHE)" "$(CARGO_TARGET_DIR)/release/lscb")

load: ## two hundred uploads at once through the portal, and the same with the plug pulled
	$(call stage,load,$(CARGO) build --release --quiet && benches/load/run.sh "$(CACHE)" "$(CARGO_TARGET_DIR)/release/lscb")

help: ## this list
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*## /:\t/'
