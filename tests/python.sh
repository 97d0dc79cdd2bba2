# Sourced by tests that use libraries of Python: `libraries NAME LIST CACHE` installs what LIST names, by its hashes, into a
# folder of the cache once, and prints that folder. The caller has a function `fail`.
libraries() {
    local name=$1 list=$2 cache=$3 sum folder
    if ! python3 -c 'import venv, ensurepip' 2>/dev/null && [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
        echo "installing python3-venv" >&2
        { apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq python3-venv; } >/dev/null
    fi
    python3 -c 'import venv, ensurepip' 2>/dev/null ||
        fail "Python 3 with its \`venv\` is missing: install it (on Debian: apt-get install python3-venv)"
    # The libraries of one list lie in a folder of their own, which counts once its last file is there.
    sum=$(sha256sum "$list" | cut -c1-16)
    folder=$cache/$name-$sum
    if [ ! -e "$folder/whole" ]; then
        mkdir -p "$cache"
        rm -rf "$folder"
        python3 -m venv "$folder"
        "$folder/bin/pip" install --quiet --disable-pip-version-check --require-hashes -r "$list" >&2 || {
            rm -rf "$folder"
            fail "pip could not install the libraries of $list"
        }
        touch "$folder/whole"
    fi
    echo "$folder"
}
