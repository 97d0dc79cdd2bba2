#!/usr/bin/env bash
# Two hundred returns at once through the portal, then the same with the plug pulled. Everything that is fetched or made lies
# in the cache folder, the first argument; the second is the program.
set -euo pipefail
cd "$(dirname "$0")"
cache="$1/load-$(sha256sum requirements.txt make.py | sha256sum | cut -c1-16)"
if [ ! -d "$cache/venv" ]; then
    mkdir -p "$cache"
    python3 -m venv "$cache/venv.part"
    "$cache/venv.part/bin/python" -m pip --quiet --disable-pip-version-check install -r requirements.txt
    mv "$cache/venv.part" "$cache/venv"
fi
python="$cache/venv/bin/python3"
if [ ! -d "$cache/board" ]; then
    rm -rf "$cache/board.part"
    "$python" make.py "$cache/board.part"
    mv "$cache/board.part" "$cache/board"
fi
exec "$python" load.py "$2" "$cache/board"
