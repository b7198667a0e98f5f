#!/usr/bin/env bash
# Rounds of a small run on the King James Bible: three honest workers and one that cheats.
#
#   round.sh DIRECTORY TOOLS     e.g. round.sh build/round .build/release
#
# Every step's result is a file under DIRECTORY; a step whose file is there is not done again, so
# running this again resumes, and a larger ROUNDS goes on. Keys come from fixed phrases: they are
# for demonstration only, and make the final digest the same on every machine.
set -euo pipefail

rounds=${ROUNDS:-3}
directory=$1
tools=$(cd "$2" && pwd)
here=$(cd "$(dirname "$0")" && pwd)
run=$here/run.yaml
PATH=$tools:$PATH
export LC_ALL=C

bible_digest=037c384a55e038766d5167f372a48ce2e8b721dbc9ff4bfed3b5b97d5f699119
workers=(anna boris chen)           # honest, with declared speeds 3, 2 and 1
speeds=(3 2 1)
cheat=dorian                        # trains half its steps and claims all of them
cheat_speed=2
stake=100000000                     # base units each

mkdir -p "$directory"
cd "$directory"

say() { printf '%s\n' "$*"; }

# The text, one document a chapter.
prepare_text() {
    [ -d text ] && return
    rm -rf text.tmp
    mkdir text.tmp
    bible -f -l72 'Gen1:1-Rev22:21' </dev/null >bible.txt
    echo "$bible_digest  bible.txt" | sha256sum --check --quiet
    awk '
        match($0, /^[0-9]?[A-Za-z]+[0-9]+:[0-9]+ /) {
            reference = substr($0, 1, RLENGTH - 1)
            book = reference; sub(/[0-9]+:[0-9]+$/, "", book)
            chapter = substr(reference, length(book) + 1); sub(/:.*/, "", chapter)
            file = sprintf("text.tmp/%s-%03d.txt", book, chapter)
        }
        { if (file != last) { if (last) close(last); last = file } print > file }' bible.txt
    mv text.tmp text
}

prepare_data() {
    [ -e tokenizer.json ] || nous-shard tokenizer --quiet --vocabulary-size 2048 -o tokenizer.json text
    [ -d data ] || nous-shard pack --quiet --tokenizer tokenizer.json --sequence-length 128 \
        --held-out 5% -o data text
}

key() { printf 'keys/%s.json' "$1"; }

public_key() { nous-ledger keygen --public "$(key "$1")"; }

prepare_keys() {
    mkdir -p keys
    local name
    for name in operator verifier "${workers[@]}" "$cheat"; do
        [ -e "$(key "$name")" ] || nous-ledger keygen --quiet \
            --seed-from "$name" -o "$(key "$name")" >/dev/null
    done
}

prepare_ledger() {
    [ -d ledger ] && return
    rm -rf ledger.tmp
    local name grants=()
    for name in "${workers[@]}" "$cheat"; do grants+=(--grant "$(public_key "$name")=$stake"); done
    nous-ledger init ledger.tmp --run "$run" --operator-key "$(key operator)" \
        --verifier "$(public_key verifier)" "${grants[@]}"
    local i
    for i in "${!workers[@]}"; do
        nous-ledger join ledger.tmp --operator-key "$(key operator)" --key "$(key "${workers[i]}")" \
            --throughput "${speeds[i]}" --stake "$stake"
    done
    nous-ledger join ledger.tmp --operator-key "$(key operator)" --key "$(key "$cheat")" \
        --throughput "$cheat_speed" --stake "$stake"
    mv ledger.tmp ledger
}

digest() { tar --zstd -xOf "$1" MANIFEST | sed '/^$/Q' | sha256sum | cut -c-64; }

evaluate() {
    [ -e "eval-$1.json" ] || {
        nous-train eval --quiet --json --data data "checkpoint-$1.tar.zst" >"eval-$1.json.tmp"
        mv "eval-$1.json.tmp" "eval-$1.json"
    }
}

one_round() {
    local round=$1 base=checkpoint-$(($1 - 1)).tar.zst next=checkpoint-$1.tar.zst work=round-$1
    mkdir -p "$work"
    [ -e "$work/roster.json" ] || nous-ledger open ledger --operator-key "$(key operator)" \
        --round "$round" >"$work/roster.json.tmp"
    [ -e "$work/roster.json" ] || mv "$work/roster.json.tmp" "$work/roster.json"
    [ -e "$work/assignments.ndjson" ] || {
        nous-shard assign --run "$run" --data data --roster "$work/roster.json" \
            >"$work/assignments.ndjson.tmp"
        mv "$work/assignments.ndjson.tmp" "$work/assignments.ndjson"
    }
    local inputs=(--run "$run" --base "$base" --data data)
    local assigned=(--assignments "$work/assignments.ndjson")
    local name
    for name in "${workers[@]}"; do
        nous-train run "${inputs[@]}" "${assigned[@]}" --key "$(key "$name")" --state "states/$name" \
            -o "$work/$name.contribution"
    done
    [ -e "$work/$cheat.contribution" ] || dishonest-worker "${inputs[@]}" \
        "${assigned[@]}" --key "$(key "$cheat")" -o "$work/$cheat.contribution"
    nous-ledger append ledger --operator-key "$(key operator)" "$work"/*.contribution
    [ -e "$work/verdicts.ndjson" ] || {
        nous-verify "${inputs[@]}" --roster "$work/roster.json" --key "$(key verifier)" \
            --states states/verifier "$work"/*.contribution >"$work/verdicts.ndjson.tmp" || [ $? = 1 ]
        mv "$work/verdicts.ndjson.tmp" "$work/verdicts.ndjson"
    }
    nous-ledger append ledger --operator-key "$(key operator)" "$work/verdicts.ndjson"
    [ -e "$next" ] || nous-merge --quiet --run "$run" --base "$base" --verdicts "$work/verdicts.ndjson" \
        --verifier "$(public_key verifier)" "$work"/*.contribution -o "$next"
    nous-ledger settle ledger --operator-key "$(key operator)" --round "$round" \
        >"$work/settlement.txt"
    evaluate "$round"
}

# Losses in the files are micronats; people read nats.
nats() { jq -r '.loss_micronats / 1e6 * 1e4 | round / 1e4' "eval-$1.json"; }
bits() { jq -r '.microbits_per_byte / 1e6 * 1e4 | round / 1e4' "eval-$1.json"; }

report_round() {
    local round=$1 name file dense bytes verdict
    dense=$(tar --zstd -xOf checkpoint-0.tar.zst model.safetensors | wc -c)
    say
    say "Round $round: held-out loss $(nats $((round - 1))) -> $(nats "$round") nats/token," \
        "$(bits $((round - 1))) -> $(bits "$round") bits/byte"
    for name in "${workers[@]}" "$cheat"; do
        file=round-$round/$name.contribution
        bytes=$(stat -c %s "$file")
        verdict=$(jq -r --arg worker "$(public_key "$name")" \
            'select(.worker == $worker) | "\(.verdict): \(.reason)"' "round-$round/verdicts.ndjson")
        printf '  %-7s %7d bytes (dense %d, %.1f times as many)  %s\n' \
            "$name" "$bytes" "$dense" "$(jq -n "$dense / $bytes")" "$verdict"
    done
}

report() {
    local round name
    for ((round = 1; round <= rounds; round++)); do report_round "$round"; done
    say
    say "Balances:"
    for name in "${workers[@]}" "$cheat"; do
        printf '  %-7s %s\n' "$name" \
            "$(nous-ledger balance ledger "$(public_key "$name")" | tail -n 1 | cut -f 2-)"
    done
    say
    say "Audit:"
    nous-ledger audit ledger | sed 's/^/  /'
    say
    say "Sample:"
    nous-train generate --prompt 'And the LORD said' --tokens 60 --seed 7 "checkpoint-$rounds.tar.zst" |
        sed 's/^/  /'
    say
    say "Final checkpoint: $PWD/checkpoint-$rounds.tar.zst"
    say "Digest: $(digest "checkpoint-$rounds.tar.zst")"
}

# The digest is the same on every machine; a difference is a defect.
check_known_answers() {
    local round known found
    while read -r round known; do
        [ "$round" -le "$rounds" ] || continue
        found=$(digest "checkpoint-$round.tar.zst")
        [ "$found" = "$known" ] && continue
        echo "round.sh: error: checkpoint-$round has digest $found, expected $known" >&2
        exit 1
    done <"$here/known-answers"
    say "Known answers: every checkpoint's digest is as recorded"
}

prepare_text
prepare_data
prepare_keys
prepare_ledger
[ -e checkpoint-0.tar.zst ] || nous-train init --run "$run" --tokenizer tokenizer.json -o checkpoint-0.tar.zst
evaluate 0
for ((round = 1; round <= rounds; round++)); do one_round "$round"; done
report
check_known_answers
