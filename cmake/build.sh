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
  local line done total told=no last=0
  while IFS= read -r line; do
    case $line in
      'ninja: no work to do.' | 'ninja: Entering directory'* | *'Re-checking globbed directories'* | '-- '*) ;;
      @[0-9]*)
        if [ $told = no ]; then echo "assay: building $dir"; told=yes; fi
        line=${line%% *} done=${line#@} total=${line#*/}
        done=${done%/*}
        if [ "$total" -ge 20 ] && [ $((10 * done / total)) -gt $last ]; then
          echo "assay:   $done of $total"
          last=$((10 * done / total))
        fi
        ;;
      *) printf '%s\n' "$line" ;;
    esac
  done
}
NINJA_STATUS='@%f/%t ' ninja -C "$dir" ${ASSAY_JOBS:+-j "$ASSAY_JOBS"} "${targets[@]}" 2>&1 | show_progress
