#!/usr/bin/env bash
# Makes everything that the examples of `--help` name: two rounds of a tiny run on Genesis.
#
#   world.sh DIRECTORY    with the tools in the PATH; the directory is made anew
#
# DIRECTORY/files holds the files, DIRECTORY/ledgers the ledger in every state that an example
# begins with, and DIRECTORY/variables the shell's variables. In the story the reader is Anna:
# worker.json is her key. Keys come from fixed phrases.
set -euo pipefail
export LC_ALL=C

here=$(cd "$(dirname "$0")" && pwd)
rm -rf "$1"
mkdir -p "$1/files" "$1/ledgers"
directory=$(cd "$1" && pwd)
cd "$directory/files"

public() { nous-ledger keygen --public "$1"; }
operate() { nous-ledger "$1" ledger --operator-key operator.json "${@:2}"; }
keep_ledger() { cp -r ledger "$directory/ledgers/$1"; }

make_text() {
    mkdir text
    bible -f -l72 'Gen1:1-Gen50:26' </dev/null | awk '
        /^Ge[0-9]+:/ { file = sprintf("text/Genesis-%02d.txt", substr($0, 3)) }
        { if (file != last) { if (last) close(last); last = file } print > file }'
    tar --zstd -cf more.tar.zst --transform 's/text/more/' text/Genesis-0?.txt
}

make_data() {
    nous-shard tokenizer --quiet --vocabulary-size 2048 -o tokenizer.json text
    nous-shard pack --quiet -t tokenizer.json --sequence-length 128 --held-out 5% -o data text
    nous-shard export --format nanogpt -o nanogpt data
    # A vocabulary of single bytes, as a .tiktoken file has it.
    local byte
    for byte in {0..255}; do
        # shellcheck disable=SC2059  # the format is the byte
        echo "$(printf "\\x$(printf %02x "$byte")" | base64) $byte"
    done >tokenizer.model
}

make_run() {
    local corpus
    corpus=$(nous-shard inspect --json data)
    sed "s/TOKENIZER/$(sha256sum tokenizer.json | cut -c-64)/
         s/HELD_OUT_ROOT/$(jq -r .held_out.root <<<"$corpus")/
         s/DATA_ROOT/$(jq -r .train.root <<<"$corpus")/" "$here/run.yaml" >run.yaml
    nous-train init --run run.yaml --tokenizer tokenizer.json -o base.tar.zst
}

make_keys() {
    local name
    for name in operator verifier worker boris chen new cold witness payer admin mint; do
        nous-ledger keygen --quiet --seed-from "$name" -o "$name.json" >/dev/null
    done
    ssh-keygen -q -t ecdsa -b 256 -m PKCS8 -N '' -f release.pem
    ssh-keygen -e -m PKCS8 -f release.pem >release.pub
    rm -f release.pem.pub
}

make_ledger() {
    nous-ledger init ledger --run run.yaml --operator-key operator.json \
        --verifier "$(public verifier.json)" --grant "$(public worker.json)=100" \
        --grant "$(public boris.json)=100" --grant "$(public chen.json)=100"
    keep_ledger founded
    operate join --key worker.json --stake 100 --throughput 3
    operate join --key boris.json --stake 100 --throughput 2
    operate join --key chen.json --stake 100 --throughput 1
    keep_ledger joined
}

train() { # KEY ASSIGNMENTS BASE OUTPUT [OPTIONS]
    nous-train run --quiet --run run.yaml --base "$3" --data data --assignments "$2" --key "$1" \
        -o "$4" "${@:5}"
}

judge() { # ROSTER BASE CONTRIBUTIONS…
    nous-verify --quiet --run run.yaml --base "$2" --data data --roster "$1" --key verifier.json \
        --states judged "${@:3}"
}

merge() { # BASE VERDICTS CONTRIBUTIONS… -o OUTPUT
    nous-merge --quiet --run run.yaml --base "$1" --verdicts "$2" \
        --verifier "$(public verifier.json)" "${@:3}"
}

first_round() {
    operate open --round 1 >roster.json
    nous-shard assign --run run.yaml --data data --roster roster.json >assignments
    keep_ledger opened
    train worker.json assignments base.tar.zst anna.contribution --state states --keep-states kept
    train boris.json assignments base.tar.zst boris.contribution --state others --keep-states kept
    train chen.json assignments base.tar.zst chen.contribution --state others --keep-states kept
    operate append ./*.contribution
    keep_ledger sealed
    judge roster.json base.tar.zst ./*.contribution >verdicts.ndjson
    cp -r "$directory/ledgers/opened" "$directory/ledgers/submitted"
    nous-ledger submit --quiet "$directory/ledgers/submitted" ./*.contribution verdicts.ndjson
    merge base.tar.zst verdicts.ndjson ./*.contribution -o next.tar.zst
    operate append verdicts.ndjson
    keep_ledger judged
    operate settle --round 1 >/dev/null
    keep_ledger settled
    cp ledger/checkpoint checkpoint.last-week
}

# Anna signs other work than that of the round, as she gets her sequences from a false roster.
contradict() {
    mkdir a b
    cp anna.contribution a
    sed 's/"throughput":3/"throughput":4/' roster.json >false-roster.json
    nous-shard assign --run run.yaml --data data --roster false-roster.json >false-assignments
    train worker.json false-assignments base.tar.zst b/anna.contribution
}

# The verifier takes the false roster for the true one and refuses her; so the round is settled.
mistake() {
    mv ledger true-ledger
    cp -r "$directory/ledgers/sealed" ledger
    judge false-roster.json base.tar.zst ./*.contribution >false-verdicts.ndjson || [ $? = 1 ]
    operate append false-verdicts.ndjson
    operate settle --round 1 >/dev/null
    keep_ledger mistaken
    rm -r ledger false-roster.json false-assignments false-verdicts.ndjson
    mv true-ledger ledger
}

second_round() {
    operate open --round 2 >roster-2.json
    nous-shard assign --run run.yaml --data data --roster roster-2.json >assignments-2
    mkdir round-2
    train worker.json assignments-2 next.tar.zst round-2/anna.contribution --state states
    train boris.json assignments-2 next.tar.zst round-2/boris.contribution --state others
    train chen.json assignments-2 next.tar.zst round-2/chen.contribution --state others
    judge roster-2.json next.tar.zst round-2/*.contribution >round-2/verdicts.ndjson
    operate append round-2/*
    operate settle --round 2 >/dev/null
    keep_ledger final
}

# What Anna was paid is paid out on a chain, and the next round is opened.
make_payments() {
    operate export --number 1 -o payouts.csv >/dev/null
    keep_ledger exported
    nous-ledger solana payout --mint "$MINT" --decimals 6 --payer "$PAYER" --blockhash "$HASH" \
        payouts.csv >unsigned.ndjson
    nous-ledger solana sign --key payer.json unsigned.ndjson >signed.ndjson
    operate pay signed.ndjson --number 1
    keep_ledger paid
    rm -r ledger
    cp -r "$directory/ledgers/final" ledger
    nous-ledger books ledger >run.journal
    operate open --round 3 >roster-3.json
    rm -r ledger
    cp -r "$directory/ledgers/final" ledger
}

# What a witness saw last week, and what it is shown today.
make_witnessed() {
    local witness=(--key witness.json --name witness.example)
    nous-ledger log-key ledger >log.key
    printf 'log %s\nwitness observer %s\nquorum observer\n' "$(cat log.key)" \
        "$(nous-ledger witness "${witness[@]}" --print-key)" >policy
    cosign() { nous-ledger witness "${witness[@]}" --state "$1" --log-key "$(cat log.key)"; }
    nous-ledger request "$directory/ledgers/settled" | cosign seen >/dev/null
    nous-ledger request ledger | cosign "$directory/seen" >cosignatures
    keep_ledger cosigned
    nous-ledger cosign "$directory/ledgers/cosigned" --policy policy <cosignatures
    nous-ledger prove "$directory/ledgers/cosigned" 7 -o receipt.tlog-proof
    nous-ledger log ledger --json | sed -n 8p >entry.json
}

make_verified() {
    local seeds=(--run run.yaml --next-roster roster-2.json)
    local replay=(--run run.yaml --base base.tar.zst --data data --roster roster.json)
    nous-verify plan --quiet "${seeds[@]}" ./*.contribution >plan.ndjson
    nous-verify score --quiet "${replay[@]}" --key verifier.json --next-roster roster-2.json \
        ./*.contribution >scores.ndjson
    nous-verify receipt --key verifier.json verdicts.ndjson >receipts.ndjson
    nous-verify sign-model next.tar.zst --key release.pem --ancestor base.tar.zst -o model.sig
    nous-verify trace --quiet "${replay[@]}" --key verifier.json -o my.roots anna.contribution
    nous-verify trace --quiet "${replay[@]}" --key verifier.json --step 7 -o my-step-7 \
        anna.contribution
    nous-verify trace --quiet "${replay[@]}" --key worker.json -o anna.roots anna.contribution
    nous-verify trace --quiet "${replay[@]}" --key worker.json --step 7 -o anna-step-7 \
        anna.contribution
    "$here/lie.py" worker.json anna.roots anna-step-7
    nous-verify bisect anna-step-7 my-step-7 -o fraud.json >/dev/null || [ $? = 1 ]
}

make_models() {
    nous-train export base.tar.zst --to model
    nous-train export next.tar.zst --to other
    cat >merge.yaml <<'RECIPE'
merge_method: linear
models:
  - {model: model, parameters: {weight: 0.5}}
  - {model: other, parameters: {weight: 0.5}}
dtype: float32
RECIPE
}

# What a node of Solana would answer.
make_chain() {
    nous-ledger solana tree payouts.csv >tree.json
    {
        echo pubkey,amount,locked_amount
        echo "$WORKER,1.5,0.5"
        echo "$PAYER,2,0"
    } >airdrop.csv
    nous-ledger solana nonce list --count 8 --base "$PAYER" >nonce-accounts
    nous-ledger solana anchor --key payer.json --blockhash "$HASH" ledger/checkpoint >anchor.ndjson
    "$here/node.py"
    nous-ledger solana nonce read --base "$PAYER" accounts.json >nonces.ndjson
}

set_variables() {
    WORKER=$(public worker.json)
    VERIFIER=$(public verifier.json)
    COLD_KEY=$(public cold.json)
    PAYER=$(public payer.json)
    MINT=$(public mint.json)
    HASH=GfVcyD4kkTrj4bKc7WA9sZCin9JDbdT4Zkd3EittNR1W
    SLOT=300000000
    START=$(date -d '+1 day' +%s)
    END=$((START + 86400))
    CLAWBACK=$((END + 86400))
    export WORKER VERIFIER COLD_KEY PAYER MINT HASH SLOT START END CLAWBACK
}

digest() { tar --zstd -xOf "$1" MANIFEST | sed '/^$/Q' | sha256sum | cut -c-64; }

write_variables() {
    ROOT=$(nous-shard inspect --json data | jq -r .train.root)
    CONTRIBUTION=$(digest anna.contribution)
    SIGNATURE=$(jq -r '.signatures[0]' signed.ndjson | cut -d = -f 2)
    export ROOT CONTRIBUTION SIGNATURE
    declare -x -p WORKER VERIFIER COLD_KEY PAYER MINT HASH SLOT START END CLAWBACK ROOT CONTRIBUTION \
        SIGNATURE >"$directory/variables"
}

make_text
make_data
make_run
make_keys
set_variables
make_ledger
first_round
contradict
mistake
second_round
make_payments
make_witnessed
make_verified
make_models
make_chain
write_variables
