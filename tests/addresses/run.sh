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

. "$here/../python.sh"
[ -x "$lscb" ] || fail "no program at $lscb: build it with \`cargo build --locked\`, or name it in LSCB"
libraries=$(libraries addresses "$here/requirements.txt" "$cache")
exec "$libraries/bin/python" "$here/addresses.py" "$lscb" "${2:-40}" "${3:-0}"
