#!/usr/bin/env bash
# Three rounds of the demonstration on a real Slurm of four virtual nodes, with what goes wrong there.
#
#   run.sh TOOLS DIRECTORY
#
# Round 1: a training task is preempted. Round 2: one is told that its time is up, and a node is drained.
# Round 3: deadlines stop tasks, and one task is cancelled, with all that was to come after it. The
# final checkpoint is the one that `make round` ends with.
set -euo pipefail

here=$(cd "$(dirname "$0")" && pwd)
examples=$here/../../examples
tools=$(cd "$1" && pwd)
mkdir -p "$2"
directory=$(cd "$2" && pwd -P)
run=$directory/run
PATH=$tools:/usr/sbin:$PATH
# shellcheck source=Tests/Slurm/cluster.sh
. "$here/cluster.sh"
# shellcheck source=examples/demonstration/prepare.sh
. "$examples/demonstration/prepare.sh"

say() { printf '%d:%02d  %s\n' $((SECONDS / 60)) $((SECONDS % 60)) "$*"; }

fail() {
    say "FAILED: $*"
    tail -n 5 "$directory"/cluster/log/slurmctld.out "$run"/logs/* >&2 2>/dev/null || true
    exit 1
}

submit() { RUN=$examples/demonstration/run.yaml TOOLS=$tools TRAIN='--save-every 3600' \
    "$examples/slurm/submit.sh" "$run" "$1"; }

prepare_run() {
    mkdir "$run"
    cd "$run"
    prepare_text
    prepare_workers
    prepare_keys
    prepare_ledger "$examples/demonstration/run.yaml"
    cat >partitions <<'LINES'
fast 3
slow 2
slow 1
all verify
LINES
}

logs() { # NAME ROUND
    grep -ls "^train.sbatch: $1, round $2, " logs/nous-train-"$2"-*.log | sort -V
}

# The newest task of a worker, as scontrol names it.
task() { # NAME ROUND
    logs "$1" "$2" | tail -n 1 | sed "s/.*-//; s/\.log//"
}

# The steps from which a worker's processes went on in a round.
starts() { # NAME ROUND
    jq -r "select(.type == \"start\" and .round == $2).step" "states/$1/metrics.ndjson" | paste -sd ' '
}

in_mid_training() { # NAME ROUND
    tail -n 1 "states/$1/metrics.ndjson" 2>/dev/null |
        jq -e "select(.type == \"step\" and .round == $2 and .step >= 4)" >/dev/null 2>&1
}

logs_say() { # NAME ROUND TEXT
    local logs
    mapfile -t logs < <(logs "$1" "$2")
    grep -qs "$3" "${logs[@]:-/dev/null}"
}

state_of() { squeue --noheader --jobs="$1" --format=%T 2>/dev/null; }
node_of() { squeue --noheader --jobs="$1" --format=%N; }
is_in() { [ "$(state_of "$1")" = "$2" ]; }
queue_is_empty() { [ -z "$(squeue --noheader)" ]; }
works_on() { [ -n "$(squeue --noheader --nodelist="$1" --states=RUNNING)" ]; }

expect_resumed() { # NAME ROUND
    local steps
    steps=$(starts "$1" "$2")
    [[ $steps =~ ^0(\ [1-9][0-9]*)+$ ]] ||
        fail "$1 began round $2 at steps $steps, expected 0 and then others"
    logs_say "$1" "$2" 'the round is saved' || fail "$1 saved nothing in round $2"
    say "round $2: $1 went on from step ${steps#0 }"
}

# Takes the node away from a task for a job that comes first.
preempt() { # NAME ROUND
    local job node urgent restarts
    wait_until in_mid_training "$1" "$2"
    job=$(task "$1" "$2")
    node=$(node_of "$job")
    urgent=$(sbatch --parsable --partition=urgent --nodelist="$node" --output=/dev/null --wrap='sleep 600')
    wait_until is_in "$urgent" RUNNING
    say "round $2: an urgent job took node $node from $1"
    wait_until logs_say "$1" "$2" 'restart 1'
    scancel "$urgent"
    restarts=$(scontrol show job "$job" | grep -o 'Restarts=[0-9]*')
    [ "$restarts" = Restarts=1 ] || fail "Slurm counts $restarts of $1, expected 1"
    grep -q "Name=nous-train-$2 JobState=PREEMPTED .*ArrayTaskId=${job#*_} " "$directory/cluster/log/jobs" ||
        fail "Slurm did not preempt $1"
    say "round $2: $1 was preempted and is $restarts, now on $(node_of "$job")"
}

# What Slurm does when a job's time is nearly up.
signal_time_is_up() { # NAME ROUND
    wait_until in_mid_training "$1" "$2"
    scancel --batch --signal=USR1 "$(task "$1" "$2")"
    wait_until logs_say "$1" "$2" 'restart 1'
    say "round $2: $1 was told that its time is up, and requeued itself"
}

drain() { # NODE
    wait_until works_on "$1"
    scontrol update NodeName="$1" State=DRAIN Reason=maintenance
    drained=$(date +%Y-%m-%dT%H:%M:%S)
    say "node $1 is drained: $(sinfo --noheader --nodes="$1" --partition=all --format=%T)"
}

# Jobs that a node began before and after it was drained.
expect_drained() { # NODE
    local starts
    starts=$(sed -n "s/.* StartTime=\([^ ]*\) .* NodeList=$1 .*/\1/p" "$directory/cluster/log/jobs" |
        awk -v drained="$drained" '{ n[$1 > drained]++ } END { print n[0] + 0, n[1] + 0 }')
    [[ $starts =~ ^[1-9][0-9]*\ 0$ ]] || fail "node $1 began $starts jobs before and after it was drained"
    say "node $1 began $starts jobs before and after it was drained"
}

cancel() { # NAME ROUND
    wait_until in_mid_training "$1" "$2"
    scancel "$(task "$1" "$2")"
    wait_until queue_is_empty
    [ ! -e "round-$2/sealed" ] || fail "round $2 went on without $1"
    say "round $2: $1 was cancelled, and the jobs that were to come after it"
}

# A training that took so long is stopped once on its way.
half_the_time() { # NAME ROUND
    jq -s "map(select(.type == \"step\" and .round == $2).seconds) | add / 2 + 3 | floor" \
        "states/$1/metrics.ndjson"
}

expect_same_checkpoint() {
    local round known found
    read -r round known < <(tail -n 1 "$examples/demonstration/known-answers")
    found=$(digest "checkpoint-$round.tar.zst")
    [ "$found" = "$known" ] || fail "the final checkpoint is $found, expected $known"
    nous-ledger audit ledger >/dev/null
    say "the final checkpoint is that of make round, $known"
}

expect_nothing_to_do() {
    local jobs
    jobs=$(wc -l <"$directory/cluster/log/jobs")
    [ -z "$(submit 3)" ] || fail 'submitting again said something'
    queue_is_empty || fail 'submitting again submitted jobs'
    [ "$(wc -l <"$directory/cluster/log/jobs")" = "$jobs" ] || fail 'submitting again ran jobs'
    say 'submitting again does nothing'
}

stop_cluster "$directory/cluster"
rm -rf "$directory"
mkdir -p "$directory"
trap 'exit 1' INT TERM HUP
trap 'stop_cluster "$directory/cluster"' EXIT
start_cluster "$directory/cluster"
say "a cluster of $(sinfo --noheader --partition=all --format='%D nodes, %N')"
prepare_run

submit 2
[[ $(submit 2) = *'nothing is submitted'* ]] || fail 'jobs were submitted twice'
preempt anna 1
wait_until in_mid_training boris 2
drain n4
signal_time_is_up boris 2
wait_until queue_is_empty
expect_resumed anna 1
expect_resumed boris 2

MARGIN=$((3600 - $(half_the_time anna 2)))
export MARGIN
submit 3
cancel chen 3
submit 3
wait_until queue_is_empty
expect_resumed anna 3
expect_resumed chen 3
expect_drained n4
expect_same_checkpoint
expect_nothing_to_do
