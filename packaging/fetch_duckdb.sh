#!/bin/sh
# Puts DuckDB's library beside a built program: fetch_duckdb.sh build/release
# It is optional: without it everything but Parquet works, so a failure is reported and forgiven.
# The library is the vendor's own build, pinned by hash in packaging/duckdb/package-lock.json.
set -eu

here=$(cd "$(dirname "$0")" && pwd)
target=$1
cache=$(dirname "$target")/duckdb
library=$cache/node_modules/@duckdb/node-bindings-linux-x64/libduckdb.so
tried=$cache/failed

link() { ln -sf "$(cd "$(dirname "$library")" && pwd)/libduckdb.so" "$target/libduckdb.so"; }
give_up() {
  echo "assay: no DuckDB library ($1), so Parquet is off; all else works" >&2
  mkdir -p "$cache"
  echo "$1" >"$tried"
  exit 0
}

mkdir -p "$target"
if [ -e "$target/libduckdb.so" ]; then exit 0; fi
if [ -e "$library" ]; then link; exit 0; fi
# One failed try an hour, so that work without a network stays quick and quiet.
if [ -n "$(find "$tried" -mmin -60 2>/dev/null)" ]; then exit 0; fi

[ "$(uname -sm)" = "Linux x86_64" ] || give_up "there is none for $(uname -sm)"
command -v npm >/dev/null 2>&1 || give_up "npm is not installed"
echo "assay: fetching DuckDB's library for Parquet (24 MB)"
mkdir -p "$cache"
cp "$here/duckdb/package.json" "$here/duckdb/package-lock.json" "$cache/"
if ! (cd "$cache" && npm ci --ignore-scripts --no-audit --no-fund --loglevel=error >npm.log 2>&1); then
  give_up "npm ci failed, see $cache/npm.log"
fi
[ -e "$library" ] || give_up "the package holds no libduckdb.so"
rm -f "$tried"
link
