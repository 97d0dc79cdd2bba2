#!/usr/bin/env bash
# Fuzzes the API of the demonstration by its own document: no failure of the service, no answer that the document does not
# know, no call without a token. With a token of the whole board and all scopes, then with one of an agency.
#
#     tests/api/run.sh [CACHE] [SECONDS]
#
# CACHE keeps the fuzzer, outside the clone; it is ~/.cache/lscb if left out. LSCB names the program; without it the debug
# build is taken, which `make suite` makes. SECONDS is how long each token is tried at most.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
cache=${1:-$HOME/.cache/lscb}
seconds=${2:-40}
lscb=${LSCB:-${CARGO_TARGET_DIR:-$cache/target}/debug/lscb}

fail() {
    echo "api: $*" >&2
    exit 1
}

. "$here/../python.sh"
[ -x "$lscb" ] || fail "no program at $lscb: build it with \`cargo build --locked\`, or name it in LSCB"
libraries=$(libraries api "$here/requirements.txt" "$cache")

work=$(mktemp -d)
portal=
leave() {
    [ -z "$portal" ] || kill "$portal" 2>/dev/null || true
    wait 2>/dev/null || true
    rm -rf "$work"
}
trap leave EXIT
"$lscb" serve --demo "$work/demo" --listen 127.0.0.1:0 2>"$work/log" >"$work/out" &
portal=$!
address=
for _ in $(seq 600); do
    address=$(sed -n 's/.*listens on \(http:[^ ]*\).*/\1/p' "$work/log" | head -1)
    [ -n "$address" ] && break
    kill -0 "$portal" 2>/dev/null || break
    sleep 0.2
done
[ -n "$address" ] || {
    tail -20 "$work/log" >&2
    fail "the demonstration did not begin to listen"
}

token() {
    "$lscb" user token fuzzer "$@" --pipeline "$work/demo/pipeline.toml"
}
fuzz() {
    local token=$1
    shift
    (cd "$work" && "$libraries/bin/schemathesis" --no-color run "$address/api/v1/openapi.json" --header "Authorization: Bearer $token" \
        --max-examples 60 --max-time "$seconds" --seed 1 --suppress-health-check all --warnings off --request-timeout 40 "$@") >"$work/said" 2>&1 || {
        cat "$work/said" >&2
        fail "the fuzzer found something (above)"
    }
    tail -12 "$work/said"
}
fuzz "$(token --scope upload --scope read --scope run --scope watch)"
fuzz "$(token --scope upload --scope read --agency police)"
if grep -q '"level":"ERROR"' "$work/log"; then
    grep '"level":"ERROR"' "$work/log" | head -5 >&2
    fail "the service logged failures"
fi
