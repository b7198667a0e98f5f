#!/usr/bin/env bash
# Learning compared with PyTorch's: the same decoder, weights, text and order of the data.
#
#   run.sh DIRECTORY TOOLS PYTHON    e.g. run.sh build/bench .build/release build/python/bin/python
#
# DIRECTORY gets learning.svg, learning.ndjson and, in learning/, both curves. A curve that is there
# is not trained again.
set -euo pipefail
directory=$1
tools=$(cd "$2" && pwd)
python=$3
here=$(cd "$(dirname "$0")" && pwd)
work=$directory/learning
mkdir -p "$work"

[ -e "$work/text" ] || {
    LC_ALL=C bible -f -l72 'Gen1:1-Rev22:21' </dev/null >"$work/text.tmp"
    echo "037c384a55e038766d5167f372a48ce2e8b721dbc9ff4bfed3b5b97d5f699119  $work/text.tmp" |
        sha256sum --check --quiet
    mv "$work/text.tmp" "$work/text"
}
[ -e "$work/ours.ndjson" ] || {
    echo 'learning: training with nous-tools'
    "$tools/bench-learning" train "$work/text" "$work"
    rm -f "$work/peer.ndjson"
}
[ -e "$work/peer.ndjson" ] || {
    echo 'learning: training with PyTorch'
    "$python" "$here/peer.py" "$work"
}
"$tools/bench-learning" report "$work"
