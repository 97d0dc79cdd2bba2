#!/usr/bin/env bash
# Opens the sample county's report and the portal in a browser and checks what their readers need (report.test.mjs,
# portal.test.mjs and journeys.test.mjs say what).
#
#     tests/browser/run.sh [CACHE]
#
# CACHE keeps the test's packages, outside the clone; it is ~/.cache/lscb if left out. LSCB names the program; without
# it the debug build is taken, which `make suite` makes. CHROMIUM names the browser; without it the PATH is searched.
# LSCB_REPORT names an index.html to look at instead of the sample county's.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
cache=${1:-$HOME/.cache/lscb}
lscb=${LSCB:-${CARGO_TARGET_DIR:-$cache/target}/debug/lscb}

fail() {
    echo "browser: $*" >&2
    exit 1
}

# need COMMAND PACKAGE...: installs the packages where we may, and says what to do where we may not.
need() {
    local command=$1
    shift
    command -v "$command" >/dev/null && return
    if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
        echo "installing $*" >&2
        { apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq "$@"; } >/dev/null
    fi
    command -v "$command" >/dev/null || fail "\`$command\` is missing: install it (on Debian: apt-get install $*)"
}

need node nodejs npm
need npm npm
need pdftotext poppler-utils
if [ -z "${CHROMIUM:-}" ]; then
    for name in chromium chromium-browser google-chrome; do
        CHROMIUM=$(command -v "$name") && break
    done
fi
if [ -z "${CHROMIUM:-}" ]; then
    need chromium chromium
    CHROMIUM=$(command -v chromium)
fi
export CHROMIUM

# The packages of one lock file lie in a folder of their own, which appears whole or not at all.
lock=$(sha256sum "$here/package-lock.json" | cut -c1-16)
modules=$cache/browser-$lock
if [ ! -d "$modules" ]; then
    mkdir -p "$cache"
    half=$(mktemp -d "$cache/browser-half-XXXXXX")
    cp "$here/package.json" "$here/package-lock.json" "$half/"
    (cd "$half" && npm ci --ignore-scripts --no-audit --no-fund --loglevel=error >/dev/null) || {
        rm -rf "$half"
        fail "npm could not install the packages of tests/browser/package-lock.json"
    }
    # A run beside this one may have been faster, and its folder is as good.
    mv -T "$half" "$modules" 2>/dev/null || rm -rf "$half"
fi
export LSCB_BROWSER_MODULES=$modules

[ -x "$lscb" ] || fail "no program at $lscb: build it with \`cargo build --locked\`, or name it in LSCB"
export LSCB_PROGRAM=$lscb

# One demonstration is made for all tests, of which those of the portal take a copy each.
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
"$lscb" serve --demo "$work/county" --listen 127.0.0.1:0 >"$work/log" 2>"$work/accounts" &
portal=$!
until grep -q 'listens on' "$work/accounts"; do
    kill -0 "$portal" 2>/dev/null || {
        cat "$work/log" "$work/accounts" >&2
        fail "\`lscb serve --demo\` failed"
    }
    sleep 0.2
done
kill "$portal"
wait "$portal" || fail "the portal did not stop in peace"
export LSCB_DEMO=$work LSCB_REPORT=${LSCB_REPORT:-$work/county/reports/latest/index.html}
[ -s "$LSCB_REPORT" ] || fail "there is no report at $LSCB_REPORT"

node --test --test-concurrency=1 --test-reporter=spec "$here"/*.test.mjs
