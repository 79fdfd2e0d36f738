#!/bin/sh
# Runs npm in a folder, silently unless it fails: npm.sh FOLDER LOG NPM ARGUMENT...
set -eu
folder=$1 log=$2
shift 2
cd "$folder"
if ! NO_COLOR=1 "$@" >"$log" 2>&1; then
  echo "assay: $* failed in $folder; the whole log is $log" >&2
  head -n 20 "$log" >&2
  exit 1
fi
