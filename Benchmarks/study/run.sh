#!/usr/bin/env bash
# A study of many whole runs, several at a time; a run whose result is there is not made again.
#
#   run.sh STUDY DIRECTORY TOOLS    e.g. run.sh convergence build/bench/study .build/release
#   run.sh copies DIRECTORY TOOLS   updates of single rounds beside copies of them, under SEED=0; no runs, only tables
#
# RUNS=pattern makes only the runs whose name the regular expression matches.
set -euo pipefail
study=$1
directory=$2
tools=$(cd "$3" && pwd)
here=$(cd "$(dirname "$0")" && pwd)
mkdir -p "$directory/$study"

python3 "$here/text.py" "$directory/text"
[ -e "$directory/tokenizer.json" ] ||
    "$tools/nous-shard" tokenizer --quiet --vocabulary-size 2048 -o "$directory/tokenizer.json" "$directory/text"
pack() { # from to
    [ -e "$directory/$2" ] || "$tools/nous-shard" pack --quiet --tokenizer "$directory/tokenizer.json" \
        --sequence-length 64 --held-out 2% -o "$directory/$2" "$directory/$1"
}
pack text data
[ -e "$directory/words" ] || { # the same words in random order, and some again: no fewer sequences
    mkdir -p "$directory/words.unfinished"
    find "$directory/text" -name '*.txt' -print0 | sort -z >"$directory/words.unfinished/list"
    { cat "$directory/words.unfinished/list"; head -z -n 300 "$directory/words.unfinished/list"; } | xargs -0 cat | tr -s '[:space:]' '\n' |
        shuf --random-source=<(yes) | paste -sd ' ' | fold -s -w 4000 >"$directory/words.unfinished/words.txt"
    rm "$directory/words.unfinished/list"
    mv "$directory/words.unfinished" "$directory/words"
}
pack words shuffled
if [ "$study" = copies ]; then exec "$tools/bench-study" copies "$directory/data" "${SEED:-0}"; fi
"$tools/bench-study" list "$study" | { grep -E "${RUNS:-.}" || true; } | while read -r name; do
    [ -e "$directory/$study/$name.ndjson" ] || echo "$name"
done | xargs -r -P "$(nproc)" -I NAME \
    "$tools/bench-study" run "$study" NAME "$directory/data" "$directory/shuffled" "$directory/$study"
"$tools/bench-study" report "$study" "$directory/$study"
