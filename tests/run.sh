#!/bin/bash
# Runs the tests of a build tree and ends with a summary: run.sh build/release [ctest options]
set -uo pipefail
tree=$1
shift
log=$tree/tests.log
start=$SECONDS
echo "assay: running the tests of $tree"
ctest --test-dir "$tree" --parallel "${ASSAY_JOBS:-$(nproc)}" --output-on-failure --no-tests=error "$@" 2>&1 | tee "$log" | grep -v '^Internal ctest\|^Test project'
status=${PIPESTATUS[0]}

# Why something was skipped, in the words of the test.
sed -n 's/^.*\(skipped: .*\)$/assay: \1/p; /: Skipped$/ { n; s/^/assay: skipped: /p }' \
  "$tree/Testing/Temporary/LastTest.log" 2>/dev/null | sort -u

count() { grep -cE "$1" "$log"; }
passed=$(count ' Passed +[0-9.]+ sec') skipped=$(count '\*\*\*Skipped') failed=$(count '\*\*\*(Failed|Timeout|Exception|Not Run)')
echo "assay: $passed passed, $failed failed, $skipped skipped in $((SECONDS - start)) s"
if [ "$status" != 0 ]; then echo "assay: the log is $log" >&2; fi
exit "$status"
