#!/bin/sh
# Installs the Debian packages that the demo and the tests need; does nothing when all are there.
#
# As root or with a sudo that asks for nothing it installs; otherwise it says what is missing and stops with exit code 1.
# QGIS is taken from Debian's backports (the long-term release) where the machine's mirror has them, else from the
# plain suite, whose QGIS 3.22 is the oldest that the plugin supports.
set -eu

packages="git make qgis python3-qgis python3-venv python3-pytest python3-pytest-timeout python3-pytest-xdist xvfb imagemagick fonts-dejavu-core"
# tests put a folder of their own here
sources="${XVIEW2_APT_FOLDER:-/etc/apt}"
release="${XVIEW2_OS_RELEASE:-/etc/os-release}"

if ! command -v dpkg-query >/dev/null; then
    for command in git make qgis_process Xvfb import; do
        if ! command -v "$command" >/dev/null; then
            echo "error: '$command' is missing: install git, make, QGIS 3.22 or newer with Python, Xvfb and ImageMagick" >&2
            exit 1
        fi
    done
    exit 0
fi

# shellcheck disable=SC2086 # one word per package is what is wanted, here and below
installed=$(dpkg-query -W -f='${Package} ${db:Status-Status}\n' $packages 2>/dev/null || true)
missing=""
for package in $packages; do
    case "
$installed
" in
        *"
$package installed
"*) ;;
        *) missing="$missing $package" ;;
    esac
done
[ -n "$missing" ] || exit 0

if [ "$(id -u)" -eq 0 ]; then
    as_root=""
elif command -v sudo >/dev/null && sudo -n true 2>/dev/null; then
    as_root="sudo"
else
    echo "error: system packages are missing:$missing: run as root: apt-get install$missing" >&2
    exit 1
fi
echo "Installing system packages:$missing"
export DEBIAN_FRONTEND=noninteractive

install() {
    $as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends "$@"
}

# Writes the machine's own Debian source with the suite changed to backports; fails where there is none to copy.
add_backports() {
    suite="$1"
    added="$sources/sources.list.d/xview2-backports.sources"
    found=$(
        for file in "$sources"/sources.list.d/*.sources; do
            [ -f "$file" ] || continue
            # one stanza per entry, the first that holds the plain suite
            awk -v suite="$suite" 'BEGIN { RS = ""; FS = "\n" } {
                for (i = 1; i <= NF; i++) if ($i ~ "^Suites:.*[ \t]" suite "([ \t]|$)") {
                    $i = "Suites: " suite "-backports"; OFS = "\n"; $1 = $1; print; exit
                }
            }' "$file"
        done
    )
    if [ -z "$found" ] && [ -f "$sources/sources.list" ]; then
        added="$sources/sources.list.d/xview2-backports.list"
        found=$(awk -v suite="$suite" '$1 == "deb" { for (i = 2; i <= NF; i++) if ($i == suite) {
            $i = suite "-backports"; print; exit } }' "$sources/sources.list")
    fi
    [ -n "$found" ] || return 1
    printf '%s\n' "$found" | $as_root tee "$added" >/dev/null
}

$as_root apt-get update

case "$missing" in
    *qgis*)
        codename=$(. "$release" && [ "${ID:-}" = debian ] && echo "${VERSION_CODENAME:-}") || codename=""
        added=""
        if [ "$codename" = bookworm ]; then
            known=$(apt-cache policy 2>/dev/null | grep -c "n=$codename-backports" || true)
            if [ "$known" -gt 0 ] || { add_backports "$codename" && $as_root apt-get update; }; then
                # shellcheck disable=SC2086
                if install -t "$codename-backports" qgis python3-qgis && install $missing; then
                    exit 0
                fi
            fi
            echo "QGIS from backports cannot be had here; taking the one of $codename"
            if [ -n "$added" ]; then
                $as_root rm -f "$added"
                $as_root apt-get update
            fi
        fi
        ;;
esac
# shellcheck disable=SC2086
install $missing
