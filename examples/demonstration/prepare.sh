# shellcheck shell=bash
# What a run on the King James Bible begins with. To be sourced by who makes its rounds, in the
# directory of the run.
#
# Keys come from fixed phrases: they are for demonstration only, and make the final digest the same
# on every machine.

bible_digest=037c384a55e038766d5167f372a48ce2e8b721dbc9ff4bfed3b5b97d5f699119
stake=100000000                     # base units each
export LC_ALL=C
# What steps.sh makes the tokenizer and the data by.
export TEXT=text VOCABULARY=2048 PACK='--sequence-length 128 --held-out 5%'

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

# Three honest workers, and one that trains half its steps and claims all of them.
prepare_workers() {
    [ -e workers ] && return
    cat >workers.tmp <<'LINES'
anna 3
boris 2
chen 1
dorian 2 dishonest-worker
LINES
    mv workers.tmp workers
}

names() { cut -d ' ' -f 1 workers; }

key() { printf 'keys/%s.json' "$1"; }

public_key() { nous-ledger keygen --public "$(key "$1")"; }

prepare_keys() {
    mkdir -p keys
    local name
    for name in operator verifier $(names); do
        [ -e "$(key "$name")" ] || nous-ledger keygen --quiet \
            --seed-from "$name" -o "$(key "$name")" >/dev/null
    done
}

prepare_ledger() { # RUN-FILE
    [ -d ledger ] && return
    rm -rf ledger.tmp
    local name throughput grants=()
    for name in $(names); do grants+=(--grant "$(public_key "$name")=$stake"); done
    nous-ledger init ledger.tmp --run "$1" --operator-key "$(key operator)" \
        --verifier "$(public_key verifier)" "${grants[@]}"
    while read -r name throughput _; do
        nous-ledger join ledger.tmp --operator-key "$(key operator)" --key "$(key "$name")" \
            --throughput "$throughput" --stake "$stake"
    done <workers
    mv ledger.tmp ledger
}

digest() { tar --zstd -xOf "$1" MANIFEST | sed '/^$/Q' | sha256sum | cut -c-64; }
