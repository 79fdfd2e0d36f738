#!/bin/bash
# Configures a preset when that is needed and builds targets: build.sh release [-DNAME=VALUE ...] [TARGET ...]
# Silent when everything is up to date; otherwise says what it does and shows progress every tenth.
set -euo pipefail

preset=$1
shift
dir=build/$preset
log=$dir.log
settings=() targets=()
for word in "$@"; do
  case $word in -D*) settings+=("$word") ;; *) targets+=("$word") ;; esac
done

is_configured() {
  local setting name value
  [ -f "$dir/build.ninja" ] || return 1
  for setting in "${settings[@]}"; do
    name=${setting#-D} value=${setting#*=}
    grep -qs "^${name%%=*}:[A-Z]*=$value\$" "$dir/CMakeCache.txt" || return 1
  done
}

mkdir -p build
if ! is_configured; then
  echo "assay: configuring $dir"
  if ! cmake --preset "$preset" "${settings[@]}" >"$log" 2>&1; then
    cat "$log" >&2
    exit 1
  fi
fi

# Lines of progress start with @done/total; all else (warnings, errors) passes.
show_progress() {
  awk -v dir="$dir" '
    /^ninja: (no work to do|Entering directory)/ || /Re-checking globbed directories/ || /^-- / { next }
    /^@[0-9]+\/[0-9]+ / {
      split(substr($1, 2), part, "/")
      if (!told) { printf "assay: building %s\n", dir; told = 1 }
      tenth = int(10 * part[1] / part[2])
      if (part[2] >= 20 && tenth > last) { printf "assay:   %d of %d\n", part[1], part[2]; last = tenth }
      fflush(); next
    }
    { print; fflush() }'
}
NINJA_STATUS='@%f/%t ' ninja -C "$dir" ${ASSAY_JOBS:+-j "$ASSAY_JOBS"} "${targets[@]}" 2>&1 | show_progress
