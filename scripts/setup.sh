#!/bin/sh
# Make the virtual environment and put the locked packages into it.
# Called by `make setup`; every refusal is one line that says what to do.
set -eu

stop() {
    printf 'makmal: %s\n' "$1" >&2
    exit 1
}

command -v "$PYTHON" >/dev/null 2>&1 ||
    stop "Python is missing. Install it: apt-get install python3 python3-venv"
"$PYTHON" -c 'import sys; sys.exit(sys.version_info < (3, 11))' ||
    stop "$("$PYTHON" --version) is too old. Makmal needs Python 3.11 or newer (make setup PYTHON=/path/to/python3.11)."
"$PYTHON" -c 'import venv, ensurepip' 2>/dev/null ||
    stop "Python's venv module is missing. Install it: apt-get install python3-venv"
[ -w . ] || stop "cannot write in $(pwd): the disk is read-only or belongs to someone else."

if ! "$VENV/bin/python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
    "$PYTHON" -m venv --clear "$VENV" || stop "could not make $VENV here (see above)."
fi
if ! "$VENV/bin/uv" --version >/dev/null 2>&1; then
    printf 'makmal: installing into %s (the first time takes about a minute)\n' "$VENV"
    "$VENV/bin/python" -m pip --version >/dev/null 2>&1 || "$PYTHON" -m venv --clear "$VENV"
    "$VENV/bin/python" -m pip install --quiet --disable-pip-version-check --require-hashes \
        -r requirements-setup.txt || stop "could not install the installer: is there a network?"
fi
# The system's certificates, so that a network with its own authority works.
export UV_SYSTEM_CERTS=1
VIRTUAL_ENV="$VENV" "$VENV/bin/uv" pip sync --quiet --require-hashes "$@" ||
    stop "could not install the packages (see above)."
