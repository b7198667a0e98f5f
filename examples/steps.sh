#!/usr/bin/env bash
# One step of a round, in the directory of a run. round.mk and slurm/ are made of these steps.
#
#   steps.sh shard           tokenizer.json and data
#   steps.sh init            checkpoint-0.tar.zst
#   steps.sh open N          round-N/roster.json and round-N/assignments.ndjson
#   steps.sh train N NAME    round-N/NAME.contribution
#   steps.sh seal N          round-N/sealed: the names whose contributions are in time, and in the ledger
#   steps.sh judge N NAME    round-N/NAME.verdict
#   steps.sh verdicts N      round-N/verdicts.ndjson
#   steps.sh merge N         checkpoint-N.tar.zst
#   steps.sh settle N        round-N/settlement.txt
#   steps.sh evaluate N      eval-N.json
#
# A step whose file is there does nothing; a file is there whole or not at all. From the environment:
#
#   RUN=run.yaml   the run file            TOOLS=      the directory of the tools; in the PATH unless given
#   THREADS=       of the work; all unless given, or a share of them of JOBS=1 that run at once
#   PATIENCE=0     seconds until another machine's file must be seen
#   DEADLINE=      of training             TRAIN=      more options of nous-train run
#   TEXT=text      what shard reads        VOCABULARY=2048 PACK='--sequence-length 128'  and how
set -euo pipefail
export LC_ALL=C

run_file=${RUN:-run.yaml}
[ -z "${TOOLS:-}" ] || PATH=$(cd "$TOOLS" && pwd):$PATH
[ "${JOBS:-1}" = 1 ] || [ "${1:-}" = merge ] || : "${THREADS:=$(($(nproc) > JOBS ? $(nproc) / JOBS : 1))}"
threads=(${THREADS:+--threads "$THREADS"})

fail() { # STATUS MESSAGE
    echo "steps.sh: error: $2" >&2
    exit "$1"
}

there() { [ -e "$1" ]; }

# What a network file system remembers as missing shows up late.
need() { # FILE...
    local file waited
    for file in "$@"; do
        waited=0
        until there "$file"; do
            [ "$waited" -lt "${PATIENCE:-0}" ] || fail 66 "'$file' is missing in '$PWD'"
            sleep 1
            waited=$((waited + 1))
            ls "$(dirname "$file")" >/dev/null 2>&1 || true
        done
    done
}

# Whether a file is still to be made, by this process alone. Whoever is at the same work, such as what
# a killed make left behind, finishes it first: the tools inherit the lock, so it is held as long as
# one of them lives.
to_make() { # FILE WORK
    ! there "$1" || return 1
    { mkdir -p .locks && exec 9>".locks/$2"; } || fail 73 "cannot create '$PWD/.locks/$2'"
    flock --nonblock 9 || {
        echo "steps.sh: waiting for another process that does '$2'" >&2
        flock 9 || fail 74 "cannot lock '$PWD/.locks/$2'"
    }
    ! there "$1"
}

# Runs a tool; who asks this shell to stop asks the tool, whose status tells what came of it.
run() { # COMMAND...
    local child='' asked='' status
    trap 'asked=TERM; kill -TERM $child 2>/dev/null || true' TERM INT HUP
    trap 'asked=USR1; kill -USR1 $child 2>/dev/null || true' USR1
    "$@" &
    child=$!
    [ -z "$asked" ] || kill "-$asked" "$child" 2>/dev/null || true
    # Wait ends early for a signal, with a status that is not the tool's.
    while true; do
        asked=''
        status=0
        wait "$child" || status=$?
        [ -n "$asked" ] || break
    done
    trap - TERM INT HUP USR1
    return "$status"
}

key() { printf 'keys/%s.json' "$1"; }

public_key() { nous-ledger keygen --public "$(key "$1")"; }

ledger() { # COMMAND ARGUMENT...
    need ledger
    nous-ledger "$1" ledger --operator-key "$(key operator)" --lock-timeout 60 "${@:2}"
}

# What trains for a worker; nothing if that is nous-train.
program() { # NAME
    need workers
    awk -v name="$1" '{ sub(/#.*/, "") } $1 == name { print $3; exit }' workers
}

# What all who compute in a round begin with.
inputs() { # ROUND
    base=checkpoint-$(($1 - 1)).tar.zst
    need "$run_file" "$base" data
    inputs=(--run "$run_file" --base "$base" --data data)
}

shard() {
    local text=${TEXT:-text} options
    to_make data shard || return 0
    need "$text"
    there tokenizer.json || run nous-shard tokenizer --quiet \
        --vocabulary-size "${VOCABULARY:?how many tokens the tokenizer is to have}" -o tokenizer.json "$text"
    read -ra options <<<"${PACK:?the options of nous-shard pack}"
    run nous-shard pack --quiet "${threads[@]}" --tokenizer tokenizer.json "${options[@]}" -o data "$text"
}

init() {
    to_make checkpoint-0.tar.zst init || return 0
    need "$run_file" tokenizer.json
    run nous-train init --quiet --run "$run_file" --tokenizer tokenizer.json -o checkpoint-0.tar.zst
}

open() { # ROUND
    local work=round-$1
    to_make "$work/assignments.ndjson" ledger || return 0
    need "$run_file" data
    mkdir -p "$work"
    there "$work/roster.json" || {
        ledger open --round "$1" >"$work/roster.json.tmp"
        mv "$work/roster.json.tmp" "$work/roster.json"
    }
    nous-shard assign --run "$run_file" --data data --roster "$work/roster.json" \
        >"$work/assignments.ndjson.tmp"
    mv "$work/assignments.ndjson.tmp" "$work/assignments.ndjson"
}

train() { # ROUND NAME
    local work=round-$1 contribution=round-$1/$2.contribution worker program assigned options
    to_make "$contribution" "train-$2" || return 0
    inputs "$1"
    need "$work/assignments.ndjson" "$(key "$2")"
    worker=$(public_key "$2")
    grep -qF "\"$worker\"" "$work/assignments.ndjson" || {
        echo "steps.sh: '$2' takes no part in round $1" >&2
        return 0
    }
    program=$(program "$2")
    assigned=("${inputs[@]}" --assignments "$work/assignments.ndjson" --key "$(key "$2")" "${threads[@]}")
    if [ -n "$program" ]; then
        rm -f "$contribution.tmp"
        run "$program" "${assigned[@]}" -o "$contribution.tmp"
        mv "$contribution.tmp" "$contribution"
    else
        mkdir -p "states/$2"
        read -ra options <<<"${TRAIN:-}"
        run nous-train run "${assigned[@]}" --state "states/$2" --metrics "states/$2/metrics.ndjson" \
            ${DEADLINE:+--deadline "$DEADLINE"} "${options[@]}" -o "$contribution"
    fi
}

# Appends what the ledger does not refuse, and names it.
append_each() { # FILE...
    local file status
    for file in "$@"; do
        status=0
        ledger append "$file" || status=$?
        case $status in
            0) printf '%s\n' "$file" ;;
            65) ;;
            *) return "$status" ;;
        esac
    done
}

# All at once and in the order of their names: the seed of the next round depends on it. What the
# ledger refuses is left out, so that it holds up nobody else.
seal() { # ROUND
    local work=round-$1 files status=0
    to_make "$work/sealed" ledger || return 0
    files=("$work"/*.contribution)
    there "${files[0]}" || fail 66 "there is no contribution in '$PWD/$work'"
    ledger append "${files[@]}" || status=$?
    case $status in
        0) printf '%s\n' "${files[@]}" >"$work/sealed.tmp" ;;
        65) append_each "${files[@]}" >"$work/sealed.tmp" ;;
        *) exit "$status" ;;
    esac
    [ -s "$work/sealed.tmp" ] || fail 65 "the ledger takes no contribution in '$PWD/$work'"
    sed -i 's|.*/||; s|\.contribution$||' "$work/sealed.tmp"
    mv "$work/sealed.tmp" "$work/sealed"
}

# The files of those whose contributions count, one a line.
sealed() { # ROUND SUFFIX
    need "round-$1/sealed"
    sed "s|.*|round-$1/&.$2|" "round-$1/sealed"
}

judge() { # ROUND NAME
    local work=round-$1 verdict=round-$1/$2.verdict contribution=round-$1/$2.contribution status=0
    need "$work/sealed"
    grep -qxF "$2" "$work/sealed" || return 0
    to_make "$verdict" "judge-$2" || return 0
    inputs "$1"
    need "$work/roster.json" "$contribution"
    run nous-verify judge "${inputs[@]}" --roster "$work/roster.json" --key "$(key verifier)" \
        --states states/verifier "${threads[@]}" "$contribution" >"$verdict.tmp" || status=$?
    [ "$status" -le 1 ] || exit "$status"
    mv "$verdict.tmp" "$verdict"
}

verdicts() { # ROUND
    local work=round-$1 name files
    there "$work/verdicts.ndjson" && return
    need "$work/sealed"
    while read -r name; do judge "$1" "$name"; done <"$work/sealed"
    to_make "$work/verdicts.ndjson" verdicts || return 0
    mapfile -t files < <(sealed "$1" verdict)
    cat "${files[@]}" >"$work/verdicts.ndjson.tmp"
    mv "$work/verdicts.ndjson.tmp" "$work/verdicts.ndjson"
}

merge() { # ROUND
    local work=round-$1 files
    to_make "checkpoint-$1.tar.zst" merge || return 0
    inputs "$1"
    need "$work/sealed" "$work/verdicts.ndjson"
    mapfile -t files < <(sealed "$1" contribution)
    run nous-merge round --quiet --run "$run_file" --base "$base" --verdicts "$work/verdicts.ndjson" \
        --verifier "$(public_key verifier)" "${threads[@]}" "${files[@]}" -o "checkpoint-$1.tar.zst"
}

settle() { # ROUND
    local work=round-$1
    to_make "$work/settlement.txt" ledger || return 0
    need "$work/verdicts.ndjson" "checkpoint-$1.tar.zst"
    ledger append "$work/verdicts.ndjson"
    ledger settle --round "$1" >"$work/settlement.txt.tmp"
    mv "$work/settlement.txt.tmp" "$work/settlement.txt"
}

evaluate() { # ROUND
    to_make "eval-$1.json" "evaluate-$1" || return 0
    need data "checkpoint-$1.tar.zst"
    run nous-train eval --quiet --json "${threads[@]}" --data data "checkpoint-$1.tar.zst" \
        >"eval-$1.json.tmp"
    mv "eval-$1.json.tmp" "eval-$1.json"
}

main() {
    local step=${1:-} expected=1
    case $step in
        shard | init) ;;
        open | seal | verdicts | merge | settle | evaluate) expected=2 ;;
        train | judge) expected=3 ;;
        *) fail 64 "expected a step such as 'train 1 anna', found '$*'" ;;
    esac
    [ $# = "$expected" ] || fail 64 "'$step' takes $((expected - 1)) operands, found $(($# - 1))"
    [[ ${2:-1} =~ ^(0|[1-9][0-9]{0,8})$ ]] || fail 64 "expected the number of a round, found '$2'"
    [[ ${3:-a} =~ ^[A-Za-z0-9_][A-Za-z0-9._-]*$ ]] || fail 64 "expected a worker's name, found '$3'"
    "$@"
}

# A script that is read by another only lends its functions.
[ "${BASH_SOURCE[0]}" != "$0" ] || main "$@"
