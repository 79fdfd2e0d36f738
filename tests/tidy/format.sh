#!/bin/bash
# Fails when a C++ source differs from what `make format` would write.
set -euo pipefail
if ! command -v clang-format-19 >/dev/null; then
  echo "skipped: clang-format-19 is not installed"
  exit 77
fi
git ls-files -z '*.cpp' '*.h' | xargs -0 -r clang-format-19 --dry-run --Werror
