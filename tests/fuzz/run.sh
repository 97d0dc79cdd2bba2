#!/usr/bin/env bash
# Runs each target of tests/fuzz for some seconds. Corpora and findings lie in the cache, outside the clone.
#
#     tests/fuzz/run.sh [CACHE] [SECONDS] [TARGET...]
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
cache=${1:-$HOME/.cache/lscb}
seconds=${2:-60}
shift $(($# < 2 ? $# : 2))
[ $# -gt 0 ] || set -- xlsx ods xls csv

missing=()
cargo +nightly --version >/dev/null 2>&1 || missing+=("a nightly toolchain: rustup toolchain install nightly")
cargo fuzz --version >/dev/null 2>&1 || missing+=("cargo-fuzz: cargo install cargo-fuzz --locked")
if [ ${#missing[@]} -gt 0 ]; then
    echo "fuzz: not run, for want of" >&2
    printf '  %s\n' "${missing[@]}" >&2
    exit 1
fi

# Sanitised code is built apart from the tests'.
export CARGO_TARGET_DIR=$cache/target-fuzz
for target in "$@"; do
    corpus=$cache/fuzz/$target
    mkdir -p "$corpus" "$cache/fuzz/found"
    case $target in
    xls | csv)
        for seed in "$here"/../data/ingest/*."$target" "$here"/../data/bad-returns/*."$target"; do
            [ -e "$seed" ] && cp -n "$seed" "$corpus/"
        done
        ;;
    xlsx | ods)
        # The first byte chooses the part: 0 is the one with the cells.
        part=$([ "$target" = ods ] && echo content.xml || echo xl/worksheets/sheet1.xml)
        base=$here/../data/ingest/$([ "$target" = ods ] && echo shapes.ods || echo texts.xlsx)
        if [ ! -e "$corpus/seed" ]; then
            { printf '\0' && python3 -c 'import sys, zipfile; sys.stdout.buffer.write(zipfile.ZipFile(sys.argv[1]).read(sys.argv[2]))' "$base" "$part"; } >"$corpus/seed"
        fi
        ;;
    esac
    echo "fuzz: $target for $seconds s"
    # Memory is bounded in the reader's child, not here.
    cargo +nightly fuzz run --fuzz-dir "$here" "$target" "$corpus" -- -max_total_time="$seconds" -timeout=20 \
        -rss_limit_mb=2048 -malloc_limit_mb=2048 -artifact_prefix="$cache/fuzz/found/"
done
