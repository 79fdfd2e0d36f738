#!/bin/bash
# Makes the Debian package of a build tree and checks what it holds and depends on: package.sh build/release
set -euo pipefail
tree=$1
if ! command -v dpkg-deb >/dev/null || ! command -v dpkg-shlibdeps >/dev/null; then
  echo "skipped: dpkg-deb or dpkg-shlibdeps is not installed"
  exit 77
fi
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cpack --config "$tree/CPackConfig.cmake" -G DEB -B "$work" >"$work/cpack.log" 2>&1 || { cat "$work/cpack.log"; exit 1; }
deb=$(echo "$work"/*.deb)
dpkg-deb -c "$deb" | awk '{ print $6 }' >"$work/contents"

status=0
expect() {
  if ! grep -qx "$1" "$work/contents"; then echo "missing in the package: $1"; status=1; fi
}
expect './usr/bin/assay'
expect './usr/include/assay/models/registry.h'
expect './usr/include/assay/live/named_estimator.h'
expect './usr/lib/[^ ]*libassay_models\.a'
expect './usr/lib/[^ ]*cmake/assay/assayConfig\.cmake'
expect './usr/share/doc/assay/README\.md'
expect './usr/share/doc/assay/copyright'
depends=$(dpkg-deb -f "$deb" Depends)
for library in libc6 libstdc++6; do
  case $depends in *"$library"*) ;; *) echo "Depends lacks $library: $depends"; status=1 ;; esac
done
echo "$(basename "$deb"): $(wc -l <"$work/contents") entries, depends on $depends"
exit $status
