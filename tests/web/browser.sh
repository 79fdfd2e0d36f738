#!/bin/bash
# Writes reports of the examples and of a large crowd and opens them in Chromium; exits 77 where there is none.
# usage: browser.sh ASSAY PAGE_SOURCE WORK_FOLDER
set -euo pipefail
assay=$1
page=$2
work=$3
mkdir -p "$work"
"$assay" estimate examples/anaesthetists/labels.csv --quiet --report "$work/anaesthetists.html"
"$assay" estimate examples/web_pages/labels.csv --quiet --out "$work/web_pages"
"$assay" report "$work/web_pages" --quiet --truth examples/web_pages/truth.csv --labels examples/web_pages/labels.csv \
  --report "$work/web_pages.html"
"$assay" simulate --quiet --out "$work/crowd" --items 2000 --workers 3000 --classes 30 --labels-per-item 3
"$assay" estimate "$work/crowd/labels.csv" --quiet --model majority_vote --report "$work/crowd.html"
exec node "$page/check/browser.mjs" "$work"/{web_pages,anaesthetists,crowd}.html
