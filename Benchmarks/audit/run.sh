#!/usr/bin/env bash
# What audits cost beside the training they check.
#
#   run.sh TOOLS DIRECTORY [NDJSON]
#
# A model of 4.95 million parameters trains two rounds of 128 steps in 16 segments. Training, the
# audit of two segments, and the whole replay of the second round take turns, five times; seconds
# are of processors, user and system. Keeping all states is measured once.
set -euo pipefail

PATH=$(cd "$1" && pwd):$PATH
here=$(cd "$(dirname "$0")" && pwd)
directory=$2
results=${3:-/dev/null}
if [ "$results" != /dev/null ]; then results=$(realpath -m "$results"); mkdir -p "$(dirname "$results")"; fi
turns=${TURNS:-5}
segments=${SEGMENTS:-5,12}
export LC_ALL=C
mkdir -p "$directory"
cd "$directory"

prepare() {
    [ -e base-2 ] && return
    rm -rf ./*
    mkdir text
    bible -f -l72 'Gen1:1-Rev22:21' </dev/null | split -l 400 - text/
    nous-shard tokenizer --quiet --vocabulary-size 2048 -o tokenizer.json text
    nous-shard pack --quiet --tokenizer tokenizer.json --sequence-length 128 --held-out 5% -o data text
    local root held_out
    root=$(nous-shard inspect data | awk '/^train root/ { print $3 }')
    held_out=$(nous-shard inspect data | awk '/^held-out root/ { print $3 }')
    sed "s/TOKENIZER/$(sha256sum tokenizer.json | cut -c -64)/; s/ROOT/$root/; s/HELD/$held_out/" \
        "$here/run.yaml" >run.yaml
    for name in operator verifier worker; do
        nous-ledger keygen -q --seed-from "$name" -o "$name.json" >/dev/null
    done
    nous-ledger init ledger --run run.yaml --operator-key operator.json \
        --verifier "$(nous-ledger keygen --public verifier.json)" \
        --grant "$(nous-ledger keygen --public worker.json)=100"
    nous-ledger join ledger --operator-key operator.json --key worker.json --stake 100
    nous-ledger open ledger --operator-key operator.json --round 1 >roster-1
    sed 's/"round":1/"round":2/' roster-1 >roster-2
    for round in 1 2; do
        nous-shard assign --run run.yaml --data data --roster "roster-$round" >"assignments-$round"
    done
    nous-train init --run run.yaml --tokenizer tokenizer.json -o base-1
    nous-train run --run run.yaml --base base-1 --data data --assignments assignments-1 \
        --key worker.json --state states -o first
    nous-verify judge --run run.yaml --base base-1 --data data --roster roster-1 \
        --key verifier.json --states verified first >verdicts
    nous-merge round --run run.yaml --base base-1 --verdicts verdicts \
        --verifier "$(nous-ledger keygen --public verifier.json)" first -o base-2
}

# Processor seconds of a command, whose output goes to the file out.
timed() {
    /usr/bin/time -o time -f '%U %S' "$@" >out
    awk '{ print $1 + $2 }' time
}

inputs=(--run run.yaml --base base-2 --data data)
judging=("${inputs[@]}" --roster roster-2 --key verifier.json --states verified)

train() {
    rm -rf work second && cp -r states work
    timed nous-train run "${inputs[@]}" --assignments assignments-2 --key worker.json --state work \
        "$@" -o second
}

# The answer, received as files and read from there.
audit() {
    rm -rf answer && mkdir -p answer
    local seconds
    timed cp "${answer[@]}" answer/ >transfer
    seconds=$(timed nous-verify replay "${judging[@]}" --segments "$segments" \
        "${answer[@]/#*\//--opening=answer/}" second)
    grep -q '"outcome":"reproduced"' out
    echo "$seconds $(cat transfer)" | awk '{ print $1 + $2 }'
}

judge() {
    rm -rf judged && cp -r verified judged
    timed nous-verify judge "${inputs[@]}" --roster roster-2 --key verifier.json --states judged second
    grep -q '"verdict":"accepted"' out
}

median() { sort -n | awk '{ v[NR] = $1 } END { print v[int((NR + 1) / 2)] }'; }

prepare
rm -rf seconds-* kept
train --keep-states kept >seconds-keep
answer=()
for segment in ${segments//,/ }; do
    answer+=("$(printf '%s/%08d.tar.zst' "$(echo kept/*/00000002)" "$segment")")
done
for _ in $(seq "$turns"); do
    train >>seconds-train
    audit >>seconds-audit
    judge >>seconds-judge
done

training=$(median <seconds-train)
rm -f rows
row() { # NAME VALUE UNIT
    printf '%-44s %14s %s\n' "$1" "$2" "$3"
    printf '{"name":"%s","value":%s,"unit":"%s","turns":%s,"segments":"%s of 16"}\n' \
        "$1" "$2" "$3" "$turns" "$segments" >>rows
}
share() { awk -v part="$1" -v whole="$training" 'BEGIN { printf "%.4f", part / whole }'; }
row "training" "$training" s
row "audit of two segments / training" "$(share "$(median <seconds-audit)")" ratio
row "whole replay / training" "$(share "$(median <seconds-judge)")" ratio
row "training that keeps all states / training" "$(share "$(cat seconds-keep)")" ratio
row "bytes of the answer" "$(cat "${answer[@]}" | wc -c)" B
row "bytes of the worker state" "$(cat verified/*/*.tar.zst | wc -c)" B
row "bytes of all kept states" "$(cat kept/*/*/* | wc -c)" B
row "bytes of the contribution" "$(wc -c <second)" B
[ "$results" = /dev/null ] || cp rows "$results"
