#!/bin/sh
# Makes .venv with everything that engine, training, export and tests need; does nothing when it is up to date.
#
# A plain environment of Debian's Python, without its system packages: those would mix numpy 1 with numpy 2.
set -eu
cd "$(dirname "$0")/.."

stamp=.venv/set-up.sha256
wanted=$(cat pyproject.toml packaging/constraints.txt packaging/python-environment.sh packaging/torchvision_on_cpu.py | sha256sum)
if [ -f "$stamp" ] && [ "$(cat "$stamp")" = "$wanted" ] && [ -x .venv/bin/xview2 ]; then
    exit 0
fi

echo "Setting up .venv (the first time takes some minutes)"
[ -x .venv/bin/python ] || "${PYTHON:-/usr/bin/python3}" -m venv .venv
.venv/bin/python -m pip install --disable-pip-version-check --quiet --constraint packaging/constraints.txt \
    --editable '.[dev]'

# timm imports torchvision, whose only build for the pinned torch wants CUDA; see the module
site=$(.venv/bin/python -c 'import sysconfig; print(sysconfig.get_path("purelib"))')
cp packaging/torchvision_on_cpu.py "$site/torchvision_on_cpu.py"
echo "import torchvision_on_cpu" >"$site/torchvision_on_cpu.pth"
.venv/bin/python -c 'import timm' || {
    echo "error: timm cannot be imported in .venv: remove .venv and run make set-up again" >&2
    exit 1
}
echo "$wanted" >"$stamp"
