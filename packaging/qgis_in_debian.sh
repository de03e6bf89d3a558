#!/usr/bin/env bash
# Runs the plugin's tests in the QGIS of another Debian, in a folder below build/ that is made once and used again.
#
#   packaging/qgis_in_debian.sh SUITE [TEST…]       SUITE: bookworm (QGIS 3.22), trixie (3.40), trixie-backports (3.44)
#
# Needs root (chroot and mounts), debootstrap and about 3 GB. The mirror is that of the machine's own apt; pip and apt are set
# up inside as they are outside. The tests see a copy of the checkout, and what is mounted vanishes with this program.
set -euo pipefail
cd "$(dirname "$0")/.."

suite="${1:-}"
[ -n "$suite" ] || { echo "usage: packaging/qgis_in_debian.sh SUITE [TEST…]" >&2; exit 2; }
shift
plain="${suite%-backports}"
folder="$PWD/build/debian/$suite"

if [ "$(id -u)" -ne 0 ]; then
    echo "error: tests in another Debian need root for chroot and mounts: sudo packaging/qgis_in_debian.sh $suite" >&2
    exit 1
fi
for command in debootstrap unshare flock git tar apt-get; do
    if ! command -v "$command" >/dev/null; then
        echo "error: '$command' is missing: apt-get install debootstrap util-linux git tar (on Debian or Ubuntu)" >&2
        exit 1
    fi
done

inside() {
    # a name space of its own: mounts and processes end with it, and nothing that removes build/ can reach through them
    unshare --mount --pid --fork --kill-child sh -c '
        mount --make-rprivate / && mount -t proc proc "$0/proc" && mount --rbind /dev "$0/dev" && mount -t tmpfs tmpfs "$0/tmp"
        folder=$0
        exec chroot "$folder" "$@"' "$folder" /usr/bin/env -u QT_QPA_PLATFORM -u DISPLAY -u TMPDIR LC_ALL=C.UTF-8 \
        PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/root DEBIAN_FRONTEND=noninteractive "$@"
}

# Puts the files that set up a program outside to the same place inside.
as_outside() {
    for file in "$@"; do
        [ -e "$file" ] || continue
        mkdir -p "$folder$(dirname "$file")"
        rm -rf "${folder:?}$file"
        cp -RL "$file" "$folder$file"
    done
}

mkdir -p "${folder%/*}"
exec 9>"$folder.lock"
flock 9 # one at a time: the checkout in it is replaced

# The Debian

packages=(git make qgis python3-qgis python3-venv python3-pytest python3-pytest-timeout python3-pytest-xdist xvfb xauth imagemagick
    fonts-dejavu-core)
if [ "$(cat "$folder/.system-ready" 2>/dev/null)" != "${packages[*]}" ]; then
    mirror=$(apt-get indextargets --format '$(REPO_URI)' 'Created-By: Packages' 'Label: Debian' | head -n 1)
    if [ -z "$mirror" ]; then
        echo "error: apt of this machine names no mirror of Debian" >&2
        exit 1
    fi
    echo "Making a Debian $suite with QGIS in build/debian/$suite (once)"
    rm -rf "$folder"
    mkdir -p "$folder"
    debootstrap --variant=minbase --include=ca-certificates "$plain" "$folder" "$mirror" >"$folder.log" 2>&1 || {
        tail -n 5 "$folder.log" >&2
        exit 1
    }
    for one in "$plain" "$suite"; do echo "deb $mirror $one main"; done | sort -u >"$folder/etc/apt/sources.list"
    apt-config dump | grep -E '^Acquire::(http|https|Check|ForceIPv)' >"$folder/etc/apt/apt.conf.d/90machine" || true
    as_outside /etc/resolv.conf /etc/hosts
    { inside apt-get update && inside apt-get install -y --no-install-recommends -t "$suite" "${packages[@]}"; } \
        >>"$folder.log" 2>&1 || {
        tail -n 5 "$folder.log" >&2
        exit 1
    }
    rm -f "$folder"/var/cache/apt/archives/*.deb
    echo "${packages[*]}" >"$folder/.system-ready"
fi

# The checkout as it is now, without what git ignores

rm -rf "$folder/checkout"
mkdir "$folder/checkout"
git ls-files --cached --others --exclude-standard -z | while IFS= read -r -d '' file; do
    [ ! -f "$file" ] || printf '%s\0' "$file"
done | tar --create --null --files-from=- --file=- | tar --extract --file=- --directory="$folder/checkout"

# The engine, for the tests that start a real one

wanted=$(cat xview2_qgis/engine/requirements.txt packaging/qgis_in_debian.sh | sha256sum)
if [ "$(cat "$folder/engine/set-up.sha256" 2>/dev/null)" != "$wanted" ]; then
    echo "Setting up an engine for it"
    rm -rf "$folder/engine"
    as_outside /etc/resolv.conf /etc/hosts /etc/ssl/certs/ca-certificates.crt /etc/pip.conf /etc/xdg/pip "$HOME/.config/pip"
    inside python3 -m venv /engine
    inside /engine/bin/python -m pip install -qq --disable-pip-version-check --only-binary :all: \
        -r /checkout/xview2_qgis/engine/requirements.txt 'onnx>=1.21' # as in pyproject.toml: tests write models with it
    echo "$wanted" >"$folder/engine/set-up.sha256"
fi

inside make --no-print-directory --directory=/checkout ENGINE=/engine/bin/python TESTS="${*:-tests/plugin}" test-in-qgis
