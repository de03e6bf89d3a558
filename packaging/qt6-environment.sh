#!/bin/sh
# Makes .venv-qt6 for the tests with Qt 6; does nothing when it is up to date. QGIS 4 is in no Debian yet: this is its Qt and
# its interface without QGIS. Where the packages cannot be had it says so, and the tests are skipped.
set -eu
cd "$(dirname "$0")/.."

stamp=.venv-qt6/set-up.sha256
wanted=$(cat packaging/qt6-requirements.txt packaging/constraints.txt packaging/qt6-environment.sh | sha256sum)
if [ -f "$stamp" ] && [ "$(cat "$stamp")" = "$wanted" ]; then
    exit 0
fi

echo "Setting up .venv-qt6 (PyQt6 and the interface of QGIS 4)"
rm -rf .venv-qt6
"${PYTHON:-/usr/bin/python3}" -m venv .venv-qt6
if .venv-qt6/bin/python -m pip install --disable-pip-version-check -qq --only-binary :all: --constraint packaging/constraints.txt \
    --requirement packaging/qt6-requirements.txt; then
    echo "$wanted" >"$stamp"
else
    rm -rf .venv-qt6
    echo "PyQt6 and the stubs of QGIS 4 cannot be had here (see above): the tests with Qt 6 are skipped" >&2
fi
