#!/bin/bash
# Installs a build tree to a fresh prefix and builds a program against it: run.sh build/release
set -euo pipefail
tree=$1
source=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

cmake --install "$tree" --prefix "$work/prefix" >"$work/install.log"
# The program of docs/live.md is compiled as it stands there and must print what stands below it.
page=$source/../../docs/live.md
block() { awk -v fence="\`\`\`$1" '$0 == fence { inside = 1; next } /^```$/ { inside = 0 } inside' "$page"; }
block cpp >"$work/live.cpp"
cmake -S "$source/consumer" -B "$work/build" -G Ninja -DCMAKE_BUILD_TYPE=Release -DLIVE_EXAMPLE="$work/live.cpp" \
  -DCMAKE_PREFIX_PATH="$work/prefix" >"$work/configure.log" || { cat "$work/configure.log"; exit 1; }
cmake --build "$work/build" >"$work/build.log" || { cat "$work/build.log"; exit 1; }
"$work/build/consumer"
diff <(block text) <("$work/build/live") || { echo "the program of docs/live.md prints something else"; exit 1; }
"$work/prefix/bin/assay" --version
if grep -rl "$(cd "$tree/../.." && pwd)" "$work/prefix/lib/cmake" "$work/prefix/include"; then
  echo "the installed files above name the source tree"
  exit 1
fi
