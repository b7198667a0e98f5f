#!/usr/bin/env bash
# Rounds of a small run on the King James Bible: three honest workers and one that cheats.
#
#   round.sh DIRECTORY TOOLS     e.g. round.sh build/round .build/release
#
# Every step's result is a file under DIRECTORY; a step whose file is there is not done again, so
# running this again resumes, and a larger ROUNDS goes on. JOBS workers run at once, as many as
# there are processors unless given.
set -euo pipefail

rounds=${ROUNDS:-3}
directory=$1
tools=$(cd "$2" && pwd)
here=$(cd "$(dirname "$0")" && pwd)
run=$here/run.yaml
PATH=$tools:$PATH
# shellcheck source=examples/demonstration/prepare.sh
. "$here/prepare.sh"

mkdir -p "$directory"
cd "$directory"

say() { printf '%s\n' "$*"; }

# The options of a make that started this are not for the one started here.
make_rounds() {
    env -u MAKEFLAGS -u MAKELEVEL make --no-print-directory -f "$here/../round.mk" \
        -j "${JOBS:-$(nproc)}" ROUNDS="$rounds" RUN="$run" TOOLS="$tools" all evaluations
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
    for name in $(names); do
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
    for name in $(names); do
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
prepare_workers
prepare_keys
prepare_ledger "$run"
make_rounds
report
check_known_answers
