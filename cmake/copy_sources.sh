#!/bin/sh
# Makes the copy of a page's sources equal to the original, what npm and the build put there aside: copy_sources.sh FROM TO
set -eu
find "$2" -mindepth 1 -maxdepth 1 ! -name node_modules -exec rm -rf {} +
find "$1" -mindepth 1 -maxdepth 1 ! -name node_modules ! -name dist -exec cp -R {} "$2/" \;
