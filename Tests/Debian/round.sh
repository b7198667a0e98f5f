#!/usr/bin/env bash
# A round of two workers with the installed commands and the examples that came with them.
#
#   round.sh DIRECTORY
set -euo pipefail

examples=/usr/share/doc/nous-tools/examples
mkdir -p "$1"
cd "$1"
export LC_ALL=C

mkdir text
cat /usr/share/common-licenses/* | split -l 50 - text/
nous-shard tokenizer --quiet --vocabulary-size 512 -o tokenizer.json text
nous-shard pack --quiet --tokenizer tokenizer.json --sequence-length 64 --held-out 5% -o data text
root() { nous-shard inspect data | sed -n "s/^$1 root *//p"; }

# The demonstration's run, made small.
sed -e "s/^tokenizer: .*/tokenizer: $(sha256sum tokenizer.json | cut -c -64)/" \
    -e "s/^  root: .*/  root: $(root train)/; s/^  held_out: .*/  held_out: $(root held-out)/" \
    -e 's/vocab_size: .*/vocab_size: 512/; s/hidden_size: .*/hidden_size: 32/; s/head_dim: .*/head_dim: 8/' \
    -e 's/intermediate_size: .*/intermediate_size: 64/; s/hidden_layers: .*/hidden_layers: 2/' \
    -e 's/embeddings: 128/embeddings: 64/; s/sequence_length: .*/sequence_length: 64/' \
    -e 's/batches: .*/batches: 32/; s/batch: .*/batch: 4/; s/segment_steps: .*/segment_steps: 8/' \
    "$examples/demonstration/run.yaml" >run.yaml

mkdir keys
for name in operator verifier anna boris; do
    nous-ledger keygen --quiet -o "keys/$name.json" >/dev/null
done
public_key() { nous-ledger keygen --public "keys/$1.json"; }
printf 'anna 2\nboris 1\n' >workers
nous-ledger init ledger --run run.yaml --operator-key keys/operator.json --verifier "$(public_key verifier)" \
    --grant "$(public_key anna)=100000000" --grant "$(public_key boris)=100000000"
while read -r name throughput; do
    nous-ledger join ledger --operator-key keys/operator.json --key "keys/$name.json" \
        --throughput "$throughput" --stake 100000000
done <workers

make --no-print-directory -f "$examples/round.mk" all evaluations
[ "$(jq -r .verdict round-1/verdicts.ndjson | sort -u)" = accepted ]
nous-ledger audit ledger
loss() { jq '.loss_micronats / 1e6' "eval-$1.json"; }
jq -en "$(loss 1) < $(loss 0)" >/dev/null
echo "a round of two workers: both accepted, held-out loss $(loss 0) -> $(loss 1) nats/token"
