#!/usr/bin/env bash
# What updates cost, on pseudo-gradients of a model trained on the King James Bible.
#
#   run.sh DIRECTORY TOOLS     e.g. run.sh build/bench .build/release
set -euo pipefail
directory=$1
tools=$2
mkdir -p "$directory"
LC_ALL=C bible -f -l72 'Gen1:1-Rev22:21' </dev/null >"$directory/bible.txt"
echo "037c384a55e038766d5167f372a48ce2e8b721dbc9ff4bfed3b5b97d5f699119  $directory/bible.txt" |
    sha256sum --check --quiet
"$tools/bench-codec" "$directory/bible.txt" "$directory/codec.ndjson"
