#!/bin/sh
# Runs tests inside QGIS in two processes: qgis-tests.sh PYTHON TESTS…
#
# QGIS and its drivers are C++: once in some dozens of runs a process of tests hung or crashed for no reason that could be
# found. pytest then replaces it, and counts the test it was in as failed. Such a test, and no other, is run once more.
set -u
python="$1"
shift
log=build/qgis-tests.log
mkdir -p build

# by single tests: Debian's pytest-xdist waits for ever when a process ends that had a whole file
run() {
    "$python" -m pytest -p no:cacheprovider --numprocesses 2 --dist load --durations 15 "$@"
}

{ run "$@"; echo $? >"$log.code"; } 2>&1 | tee "$log"
code=$(cat "$log.code")
[ "$code" != 0 ] || exit 0

crashed=$(sed -n "s/^worker 'gw[0-9]*' crashed while running '\(.*\)'$/\1/p" "$log" | sort -u)
failed=$(sed -n 's/^\(FAILED\|ERROR\) \(.*\)$/\2/p' "$log" | sed 's/ - .*//' | sort -u)
if [ -z "$crashed" ] || [ "$crashed" != "$failed" ]; then
    exit "$code"
fi
echo "A process of tests hung or crashed (see above) in:" "$crashed" "- once more:"
echo "$crashed" | (
    set --
    while IFS= read -r test; do set -- "$@" "$test"; done
    run "$@"
)
