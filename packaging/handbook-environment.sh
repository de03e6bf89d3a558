#!/bin/sh
# Makes .venv-docs with what the handbook's site is built with, unless .venv has it: some megabytes, no torch, no QGIS.
set -eu
cd "$(dirname "$0")/.."

wanted="import furo, myst_parser, sphinx, sphinx_copybutton"
for environment in .venv .venv-docs; do
    [ -x "$environment/bin/python" ] && "$environment/bin/python" -c "$wanted" 2>/dev/null && exit 0
done

echo "Setting up .venv-docs (Sphinx)"
rm -rf .venv-docs
"${PYTHON:-/usr/bin/python3}" -m venv .venv-docs
.venv-docs/bin/python -m pip install --disable-pip-version-check --quiet --constraint packaging/constraints.txt \
    sphinx myst-parser furo sphinx-copybutton
