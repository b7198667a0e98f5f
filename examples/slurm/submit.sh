#!/usr/bin/env bash
# Submits rounds of a run to Slurm, each step to begin when the one before has ended well.
#
#   submit.sh DIRECTORY ROUNDS
#
# DIRECTORY is that of a run (README.md), on a file system that all nodes share. Steps whose files are
# there are not submitted, and none is while jobs of this run are in the queue: running this again, by
# hand or from time to time, takes the run up after any failure and else does nothing.
set -euo pipefail
export LC_ALL=C

here=$(cd "$(dirname "$0")" && pwd)
steps=$(cd "$here/.." && pwd)/steps.sh

fail() { # STATUS MESSAGE
    echo "submit.sh: error: $2" >&2
    exit "$1"
}

[ $# = 2 ] || fail 64 "expected a directory and the number of the last round, found '$*'"
[[ $2 =~ ^[1-9][0-9]{0,8}$ ]] || fail 64 "expected the number of a round, found '$2'"
directory=$(cd "$1" && pwd -P)
rounds=$2
cd "$directory"
run_file=${RUN:-run.yaml}
for file in workers ledger "$run_file"; do
    [ -e "$file" ] || fail 66 "'$file' is missing in '$directory'"
done

[ -z "${TOOLS:-}" ] || [ -x "$TOOLS/nous-train" ] || fail 66 "there is no nous-train in TOOLS=$TOOLS"

lines() { # FILE
    awk '{ sub(/#.*/, "") } NF' "$1"
}

# Where jobs of a kind run: shard, ledger, verify, merge, or the throughput of workers.
options_for() { # KIND
    [ -e partitions ] || return 0
    lines partitions | awk -v kind="$1" '
        $2 == kind && !found++ { printf "--partition=%s", $1; for (i = 3; i <= NF; i++) printf " %s", $i }'
}

queued() { squeue --noheader --format '%A %j %Z' | awk -v end=" $directory" '
    $2 ~ /^nous-/ && substr($0, length($0) - length(end) + 1) == end'; }

# The jobs that must have ended well before the next one begins.
after=

submit() { # KIND ARRAY STEP ARGUMENT...
    local options
    read -ra options <<<"$(options_for "$1")"
    sbatch --parsable --export=ALL --chdir="$directory" --job-name="nous-$3${4:+-$4}" ${2:+--array="$2"} \
        ${after:+--dependency="afterok$after" --kill-on-invalid-dep=yes} "${options[@]}" \
        "$here/$3.sbatch" "$steps" "${@:4}" | cut -d ';' -f 1
}

refused() { # STEP
    echo
    fail 75 "sbatch takes no job '$1'; what was submitted runs, then run this again"
}

# The next job of the chain.
chain() { # KIND ARRAY STEP ARGUMENT...
    local id
    id=$(submit "$@") || refused "$3"
    printf ' %s %s' "$3" "$id"
    after=:$id
}

# Workers without a contribution, an array for each throughput.
train() { # ROUND
    local throughput names ids='' id
    for throughput in $(lines workers | awk '{ print $2 }' | sort -nru); do
        mapfile -t names < <(lines workers | while read -r name declared _; do
            [ "$declared" != "$throughput" ] || [ -e "round-$1/$name.contribution" ] || echo "$name"
        done)
        [ ${#names[@]} -gt 0 ] || continue
        id=$(submit "$throughput" "0-$((${#names[@]} - 1))" train "$1" "${names[@]}") || refused train
        printf ' train %s' "$id"
        ids+=:$id
    done
    [ -z "$ids" ] || after=$ids
}

round() { # ROUND
    local workers
    workers=$(lines workers | wc -l)
    [ -e "round-$1/assignments.ndjson" ] || chain ledger '' open "$1"
    if [ ! -e "round-$1/sealed" ]; then
        train "$1"
        chain ledger '' seal "$1"
    fi
    [ -e "round-$1/verdicts.ndjson" ] || chain verify "0-$((workers - 1))" verify "$1"
    [ -e "checkpoint-$1.tar.zst" ] || chain merge '' merge "$1"
    chain ledger '' settle "$1"
}

check_partitions() {
    local throughput
    [ -n "$(lines workers)" ] || fail 66 "there are no workers in '$directory/workers'"
    [ -e partitions ] || return 0
    for throughput in $(lines workers | awk '{ print $2 }'); do
        [ -n "$(options_for "$throughput")" ] ||
            fail 78 "no line of '$directory/partitions' is for throughput $throughput"
    done
}

mkdir -p logs .locks
exec 9>.locks/submit
flock 9
check_partitions
jobs=$(queued | wc -l)
if [ "$jobs" -gt 0 ]; then
    echo "submit.sh: nothing is submitted while jobs of this run are in the queue: $jobs"
    exit
fi
if [ ! -d data ]; then
    printf 'data:'
    chain shard '' shard
    echo
fi
for ((n = 1; n <= rounds; n++)); do
    [ ! -e "round-$n/settlement.txt" ] || continue
    printf 'round %s:' "$n"
    round "$n"
    echo
done
