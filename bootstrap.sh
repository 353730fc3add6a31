#!/bin/sh
# Makes .venv in this folder from requirements.lock. Says nothing when all is well;
# when something fails it names the cause and the remedy, and the exit status is 1.
set -u
cd "$(dirname "$0")" || exit 1

log=$(mktemp) || { echo "setup: no temporary file can be written (is the disk full? see: df -h /tmp)" >&2; exit 1; }
trap 'rm -f "$log" "$log.uv"' EXIT
trap 'exit 130' INT TERM

fail() {
    echo "setup: $1" >&2
    if [ -n "${2:-}" ]; then echo "remedy: $2" >&2; fi
    exit 1
}

# Reads the log of the step that failed and says in plain words why it did.
explain() {
    if grep -qiE 'no space left|os error 28|disk quota' "$log"; then
        fail "the disk is full while $1" "free about 1 GB under $(pwd) and in ${UV_CACHE_DIR:-${HOME:-/root}/.cache}, then run this again"
    elif grep -qiE 'dns error|resolve|connection refused|connect error|network|timed out|unreachable|error sending request|ssl|certificate|connection broken' "$log"; then
        tail -n 3 "$log" >&2
        fail "the package registry could not be reached while $1" "check the network, HTTPS_PROXY, and SSL_CERT_FILE where a proxy has its own certificate; then run this again"
    elif grep -qiE 'hash mismatch|do not match the hashes|mismatched' "$log"; then
        tail -n 3 "$log" >&2
        fail "a package differs from the one that requirements.lock names" "run this again; if it stays so, do not install: the download is not what was locked"
    elif grep -qiE 'ensurepip|python3[.0-9]*-venv' "$log"; then
        fail "this Python has no venv module" "apt-get install python3-venv, then run this again"
    elif grep -qiE 'permission denied|read-only' "$log"; then
        tail -n 3 "$log" >&2
        fail "a file could not be written while $1" "make $(pwd) writable for the user $(id -un)"
    fi
    tail -n 15 "$log" >&2
    fail "$1 failed; its last words are above" "rm -rf .venv and run this again"
}

find_python() {
    for python in ${PYTHON:-} python3.11 python3.12 python3.13 python3; do
        if "$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
            echo "$python"
            return
        fi
    done
}

# One set-up at a time: a second one waits here and then finds the work done.
exec 9<"$0"
if command -v flock >/dev/null; then flock 9; fi

stamp=.venv/.made-from
wanted=$(cat requirements.lock pyproject.toml bootstrap.sh | cksum) || fail "requirements.lock or pyproject.toml is missing" "git checkout requirements.lock pyproject.toml"
wanted="$wanted $(pwd)"
if [ -f "$stamp" ] && [ "$(cat "$stamp")" = "$wanted" ] && .venv/bin/python -c '' 2>/dev/null; then exit 0; fi

# The programs in .venv name the folder that they were made in: a clone that was moved needs new ones.
if [ -f "$stamp" ]; then
    case "$(cat "$stamp")" in *" $(pwd)") ;; *) rm -rf .venv ;; esac
fi
if ! .venv/bin/python -c 'import pip' 2>/dev/null; then
    python=$(find_python)
    [ -n "$python" ] || fail "Python 3.11 or newer was not found" "apt-get install python3 python3-venv, or name one: PYTHON=/path/to/python3.11 make setup"
    "$python" -m venv --clear .venv >"$log" 2>&1 || explain "making .venv with $python"
fi
if ! .venv/bin/uv --version >/dev/null 2>&1; then
    # uv is locked like all others: its own stanza of the lock is all that pip is given.
    awk '/^[a-zA-Z]/ { mine = /^uv==/ } mine' requirements.lock >"$log.uv"
    .venv/bin/python -m pip install -q --require-hashes --no-deps -r "$log.uv" >"$log" 2>&1 || explain "installing uv"
fi
rm -f "$stamp"
export UV_PYTHON=.venv/bin/python UV_HTTP_TIMEOUT="${UV_HTTP_TIMEOUT:-60}"
# The machine's own certificates, where it has some: a company's proxy is signed by none of uv's.
if [ -s /etc/ssl/certs/ca-certificates.crt ]; then export UV_SYSTEM_CERTS="${UV_SYSTEM_CERTS:-1}"; fi
.venv/bin/uv pip sync -q --require-hashes requirements.lock >"$log" 2>&1 || explain "installing the packages of requirements.lock"
.venv/bin/uv pip install -q --no-deps --no-build-isolation -e . >"$log" 2>&1 || explain "installing Portdesk itself"
echo "$wanted" >"$stamp" 2>"$log" || explain "writing $stamp"
