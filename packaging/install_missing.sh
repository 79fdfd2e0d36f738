#!/bin/sh
# Installs what is missing of the named sections of packages.txt: install_missing.sh run test
# Silent when nothing is missing. Works as root or through sudo; otherwise prints the command to ask for.
set -eu

list=$(dirname "$0")/packages.txt

if ! command -v dpkg-query >/dev/null 2>&1; then
  echo "assay: this is not a Debian system; have the libraries of packaging/packages.txt ready yourself" >&2
  exit 0
fi

installed=" $(dpkg-query -W -f '${Package}=${db:Status-Status} ' 2>/dev/null) "

is_present() {
  case $1 in
    command:*) command -v "${1#command:}" >/dev/null 2>&1 ;;
    *) case $installed in *" $1=installed "*) true ;; *) false ;; esac ;;
  esac
}

missing=
for section in "$@"; do
  wanted=$(awk -v section="[$section]" '/^\[/ { on = ($0 == section); next } on && !/^#/ && NF { gsub(/ /, ""); print }' \
    "$list")
  if [ -z "$wanted" ]; then
    echo "assay: packages.txt has no section [$section]" >&2
    exit 2
  fi
  for entry in $wanted; do
    found=no
    for alternative in $(echo "$entry" | tr '|' ' '); do
      if is_present "$alternative"; then found=yes; fi
    done
    if [ $found = no ]; then missing="$missing ${entry%%|*}"; fi
  done
done
[ -n "$missing" ] || exit 0

if [ "$(id -u)" = 0 ]; then
  as_root=
elif command -v sudo >/dev/null 2>&1; then
  as_root=sudo
else
  echo "assay: packages are missing, and this user is neither root nor has sudo. Ask for:" >&2
  echo "  apt-get install --no-install-recommends$missing" >&2
  exit 2
fi

echo "assay: installing$missing"
log=$(mktemp)
trap 'rm -f "$log"' EXIT
apt() {
  $as_root env DEBIAN_FRONTEND=noninteractive apt-get -qq -o DPkg::Lock::Timeout=300 "$@" >"$log" 2>&1
}
# Package lists may be absent or old: refresh them once, then install.
# shellcheck disable=SC2086 # the list is words on purpose
if ! { apt update && apt install -y --no-install-recommends $missing; }; then
  cat "$log" >&2
  echo "assay: apt-get could not install$missing (see above); install them, then try again" >&2
  exit 2
fi
