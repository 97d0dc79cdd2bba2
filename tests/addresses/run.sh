#!/usr/bin/env bash
# Builds returns with openpyxl, odfpy, xlwt and csv, and holds the findings against the cells where the faults were put
# (addresses.py says how).
#
#     tests/addresses/run.sh [CACHE] [SHAPES] [SEED]
#
# CACHE keeps the libraries, outside the clone; it is ~/.cache/lscb if left out. LSCB names the program; without it the
# debug build is taken, which `make suite` makes.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
cache=${1:-$HOME/.cache/lscb}
lscb=${LSCB:-${CARGO_TARGET_DIR:-$cache/target}/debug/lscb}

fail() {
    echo "addresses: $*" >&2
    exit 1
}

if ! python3 -c 'import venv, ensurepip' 2>/dev/null && [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
    echo "installing python3-venv" >&2
    { apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq python3-venv; } >/dev/null
fi
python3 -c 'import venv, ensurepip' 2>/dev/null ||
    fail "Python 3 with its \`venv\` is missing: install it (on Debian: apt-get install python3-venv)"
[ -x "$lscb" ] || fail "no program at $lscb: build it with \`cargo build --locked\`, or name it in LSCB"

# The libraries of one list lie in a folder of their own, which counts once its last file is there.
list=$(sha256sum "$here/requirements.txt" | cut -c1-16)
libraries=$cache/addresses-$list
if [ ! -e "$libraries/whole" ]; then
    mkdir -p "$cache"
    rm -rf "$libraries"
    python3 -m venv "$libraries"
    "$libraries/bin/pip" install --quiet --disable-pip-version-check --require-hashes -r "$here/requirements.txt" || {
        rm -rf "$libraries"
        fail "pip could not install the libraries of tests/addresses/requirements.txt"
    }
    touch "$libraries/whole"
fi
exec "$libraries/bin/python" "$here/addresses.py" "$lscb" "${2:-40}" "${3:-0}"
