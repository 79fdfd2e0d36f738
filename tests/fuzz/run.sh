#!/bin/bash
# Runs each fuzzer of a build tree for some seconds: run.sh build/fuzz 15
# New inputs stay in the build tree; a finding is kept there and its file named.
set -uo pipefail
tree=$1 seconds=$2
here=$(dirname "$0")
failed=0 count=0
for program in "$tree"/tests/fuzz/*_fuzz; do
  [ -x "$program" ] || continue
  name=$(basename "$program" _fuzz)
  work=$tree/corpus/$name log=$tree/corpus/$name.log
  mkdir -p "$work"
  if "$program" -max_total_time="$seconds" -timeout=10 -rss_limit_mb=2048 -print_final_stats=1 \
      -artifact_prefix="$work-" "$work" "$here/corpus/$name" >"$log" 2>&1; then
    echo "assay: fuzzed $name: $(awk '/number_of_executed_units/ { print $2 }' "$log") inputs in $seconds s"
  else
    tail -n 60 "$log" >&2
    echo "assay: $name failed, the input is beside $work" >&2
    failed=1
  fi
  count=$((count + 1))
done
if [ $count = 0 ]; then echo "assay: no fuzzers were built in $tree" >&2; exit 1; fi
exit $failed
