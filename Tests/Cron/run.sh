#!/usr/bin/env bash
# A simulated week of two computers that train for a run whenever cron starts nous-worker.
#
#   run.sh TOOLS DIRECTORY [SEED [DAYS]]
#
# The operator opens a round each day and closes it on the next. anna reaches the run over WebDAV, boris
# in its directory. Slots come every ten minutes of a clock that runs 600 times as fast (faketime): some
# are missed, some are started twice, some are killed. The disk is full one night, the remote gone another.
# 1. Every contribution is there once, and has the bytes of an uninterrupted training.
# 2. Nothing was said but one mail for each trouble.
# 3. A round that closed without its worker; other troubles; the ceilings; the units of systemd.
set -euo pipefail
export LC_ALL=C

# Mounts and processes of its own, all of which end with it.
if [ "${1:-}" != --inside ]; then
    as_root=()
    [ "$(id -u)" = 0 ] || as_root=(--user --map-root-user)
    exec unshare "${as_root[@]}" --mount --pid --fork --kill-child --mount-proc -- "$0" --inside "$@"
fi
shift
# The first process of its own must say that it can be stopped.
trap 'exit 130' INT TERM HUP

tools=$(cd "$1" && pwd)
seed=${3:-1}
days=${4:-7}
here=$(cd "$(dirname "$0")" && pwd)
worker=$(cd "$here/../../examples/cron" && pwd)/nous-worker
small=$(cd "$here/../Vectors/run" && pwd)/small.yaml
rm -rf "$2"
mkdir -p "$2"
cd "$2"
root=$PWD
PATH=$tools:$PATH
RANDOM=$seed

speed=600
slot=600                            # seconds of the simulated clock
# Central Europe, whose clocks go forward in the last night of the week.
export TZ=CET-1CEST,M3.5.0,M10.5.0/3
first_day=2026-03-23
faketime=$(faketime -f '+0' printenv LD_PRELOAD)
workers=(anna boris)
declare -A shares=([anna]=12 [boris]=4)
declare -A counts=() owner=()
slots=0

fail() {
    echo "FAILED (seed $seed): $*"
    mkdir kept
    cp -r home/. kept
    exit 1
}
count() { counts[$1]=$((${counts[$1]:-0} + 1)); }
chance() { [ $((RANDOM % 100)) -lt "$1" ]; } # PERCENT

# --- The operator --------------------------------------------------------------------------------

key() { echo "keys/$1.json"; }
public() { nous-ledger keygen --public "$(key "$1")"; }
sign=(--operator-key keys/operator.json)

# A run of a few thousand weights on sums of small numbers.
make_run() {
    local number name roots grants=()
    mkdir -p place/text keys home mails tmp
    for number in {1..40}; do seq -s ' ' "$number" $((3 * number)) >"place/text/$number"; done
    nous-shard tokenizer --quiet --vocabulary-size 300 -o place/tokenizer.json place/text
    nous-shard pack --quiet -t place/tokenizer.json --sequence-length 16 --held-out 10% \
        -o place/data place/text
    mapfile -t roots < <(nous-shard inspect --json place/data | jq -r '.train.root, .held_out.root')
    sed -e "s/^tokenizer: 0*/tokenizer: $(sha256sum place/tokenizer.json | cut -c-64)/" \
        -e "s/  root: 0*$/  root: ${roots[0]}/" -e "s/held_out: 0*$/held_out: ${roots[1]}/" \
        -e 's/^round: .*/round: {steps: 16, batches: 768, batch: 32, segment_steps: 32}/' \
        "$small" >place/run.yaml
    for name in operator verifier "${workers[@]}"; do
        nous-ledger keygen --quiet --seed-from "$name" -o "$(key "$name")" >/dev/null
        grants+=(--grant "$(public "$name")=1000")
    done
    nous-ledger init place/ledger --run place/run.yaml "${sign[@]}" \
        --verifier "$(public verifier)" "${grants[@]}"
    for name in "${workers[@]}"; do
        nous-ledger join place/ledger "${sign[@]}" --key "$(key "$name")" --stake 100 \
            --throughput "${shares[$name]}"
    done
    nous-train init --quiet --run place/run.yaml --tokenizer place/tokenizer.json \
        -o place/checkpoint-0.tar.zst
}

open_round() { # ROUND
    local round=place/round-$1
    mkdir -p "$round"
    nous-ledger open place/ledger "${sign[@]}" --round "$1" >"$round/roster.json"
    nous-shard assign --run place/run.yaml --data place/data --roster "$round/roster.json" >"$round/x.tmp"
    mv "$round/x.tmp" "$round/assignments.ndjson"
}

close_round() { # ROUND
    local round=place/round-$1 inputs=(--run place/run.yaml --base "place/checkpoint-$(($1 - 1)).tar.zst")
    nous-ledger append place/ledger "${sign[@]}" "$round"/*.contribution
    nous-verify "${inputs[@]}" --data place/data --roster "$round/roster.json" --key "$(key verifier)" \
        --states verifier-states "$round"/*.contribution >"$round/x.tmp" || [ $? = 1 ]
    mv "$round/x.tmp" "$round/verdicts.ndjson"
    nous-ledger append place/ledger "${sign[@]}" "$round/verdicts.ndjson"
    nous-merge --quiet "${inputs[@]}" --verdicts "$round/verdicts.ndjson" --verifier "$(public verifier)" \
        "$round"/*.contribution -o "place/checkpoint-$1.tar.zst"
    nous-ledger settle place/ledger "${sign[@]}" --round "$1" >"$round/settlement.txt"
}

verdicts() { jq -r .verdict "place/round-$1/verdicts.ndjson" | sort | uniq -c | xargs; } # ROUND

# What the worker would have made of the round without any interruption.
compare() { # ROUND NAME...
    local number=$1 name
    shift
    for name in "$@"; do
        nous-train run --quiet --run place/run.yaml --base "place/checkpoint-$((number - 1)).tar.zst" \
            --data place/data --assignments "place/round-$number/assignments.ndjson" --key "$(key "$name")" \
            --state reference-states -o reference.contribution
        cmp reference.contribution "place/round-$number/$name.contribution" ||
            fail "round $number: $name's contribution is not that of an uninterrupted training"
        rm reference.contribution
        count identical
    done
}

# --- The computers -------------------------------------------------------------------------------

is_served() { curl -s -o /dev/null http://127.0.0.1:18743/; }

serve() {
    rclone serve webdav --dir-cache-time 0 --config '' --addr 127.0.0.1:18743 place >webdav.log 2>&1 &
    server=$!
    until is_served; do read -rt 0.05 <> <(:) || true; done
}

unserve() {
    kill "$server"
    wait "$server" 2>/dev/null || true
}

settings() { # NAME RUN
    cat >"home/$1.settings" <<SETTINGS
# a line for nobody
name = $1
run = $2
key = $root/home/$1.json
state = $root/home/$1
tools = $root/clockless
rclone_config = $root/home/rclone.conf
window = 12:00-12:30 22:00-07:00
load = 1000
memory = 1GiB
threads = 1
SETTINGS
}

# The tools without faketime: it moves the environment, from which Swift 6 finds the arguments. So the
# deadline is shortened here, in seconds of the simulated clock, and all steps are saved.
make_clockless() {
    local tool
    mkdir clockless
    for tool in nous-train nous-ledger; do
        cat >"clockless/$tool" <<TOOL
#!/bin/bash
unset LD_PRELOAD FAKETIME
for argument; do
    [[ \$argument =~ ^[0-9]+s\$ ]] && argument=\$((\${argument%s} / $speed + 1))s
    arguments+=("\$argument")
done
[ $tool != nous-train ] || arguments+=(--save-every 0)
exec $tools/$tool "\${arguments[@]}"
TOOL
        chmod +x "clockless/$tool"
    done
}

make_computers() {
    make_clockless
    mount -t tmpfs -o size=4M tmpfs home
    printf '[dav]\ntype = webdav\nurl = http://127.0.0.1:18743\nvendor = other\n' >home/rclone.conf
    cp keys/anna.json keys/boris.json home
    settings anna dav:
    settings boris "$root/place"
}

clock() { date -d "$1" +%s; }

# Starts nous-worker as cron does: no terminal, hardly an environment. What it says is a mail.
start() { # NAME TIME
    slots=$((slots + 1))
    setsid env -i SHELL=/bin/sh PATH=/usr/bin:/bin LOGNAME=nobody TMPDIR="$root/tmp" TZ="$TZ" \
        LD_PRELOAD="$faketime" FAKETIME="@$(date -d "@$2" '+%F %T') x$speed" \
        /bin/sh -c "$worker $root/home/$1.settings" </dev/null >"mails/$1-$(printf %05d $slots)" 2>&1 &
    owner[$!]=$1
    # The shell is not to report what was killed.
    disown $!
    expect_session $!
}

# Waits until a process has its own session, or has ended already.
expect_session() { # PROCESS
    local fields
    while read -ra fields <"/proc/$1/stat" && [ "${fields[5]}" != "$1" ]; do :; done 2>/dev/null
}

# A process of a slot is in its session, whoever started it and whether that still lives.
some_run() {
    local session state name
    local -A alive=() trainers=()
    while read -r session state name; do
        [[ -v owner[$session] && $state != Z* ]] || continue
        alive[$session]=1
        [ "$name" = nous-train ] || continue
        trainers[${owner[$session]}]+=x
        [ ${#trainers[${owner[$session]}]} = 1 ] || fail "two trainings of ${owner[$session]} at once"
    done < <(ps -e -o sid=,stat=,comm=)
    for session in "${!owner[@]}"; do [[ -v alive[$session] ]] || unset "owner[$session]"; done
    [ ${#owner[@]} -gt 0 ]
}

# Ends what runs: politely; as a power cut; or the script alone, whose children go on.
strike() {
    local session how=$((RANDOM % 3))
    some_run || return 0
    case $how in
        0) count terminated; for session in "${!owner[@]}"; do kill -TERM "$session" || true; done ;;
        1) count killed; for session in "${!owner[@]}"; do pkill -KILL -s "$session" || true; done ;;
        2) count orphaned; for session in "${!owner[@]}"; do kill -KILL "$session" || true; done ;;
    esac 2>/dev/null
}

# Lets a slot's time pass, or less if nothing runs any more.
pass() { # STRIKE-AFTER, in microseconds, or nothing
    local began=${EPOCHREALTIME/./} strike_after=${1:-} elapsed
    while some_run; do
        elapsed=$((${EPOCHREALTIME/./} - began))
        [ $elapsed -lt $((slot * 1000000 / speed)) ] || return 0
        if [ -n "$strike_after" ] && [ $elapsed -ge "$strike_after" ]; then strike; strike_after=; fi
        read -rt 0.05 <> <(:) || true
    done
}

finish() { while some_run; do pass; done; }

published() { # ROUND
    local name
    for name in "${workers[@]}"; do [ -e "place/round-$1/$name.contribution" ] || return 1; done
}

# Slots as they come in real life.
rough_slots() { # TIME COUNT ROUND
    local time=$1 number name strike
    for ((number = 0; number < $2; number++, time += slot)); do
        for name in "${workers[@]}"; do
            if chance 20; then count missed; continue; fi
            start "$name" "$time"
            if chance 20; then count doubled; start "$name" "$time"; fi
        done
        strike=
        ! chance 50 || strike=$((RANDOM * 30))
        pass $strike
        if published "$3" && ! some_run; then break; fi
    done
    finish
}

# However slow this machine is now, the night is long enough.
rest_of_night() { # TIME ROUND
    local number
    for ((number = 0; number < 100; number++)); do
        if published "$2"; then return; fi
        plain_slots "$1" 1
    done
    fail "round $2 has not all contributions at the end of its night"
}

plain_slots() { # TIME COUNT [NAME...]
    local time=$1 number=0 count=$2 name
    shift 2
    [ $# != 0 ] || set -- "${workers[@]}"
    for ((; number < count; number++, time += slot)); do
        for name in "$@"; do start "$name" "$time"; done
        finish
    done
}

# --- What was said -------------------------------------------------------------------------------

# Since the last call, the mails are these: one line for each, a pattern of it. They are shown.
expect_mails() { # WHAT [PATTERN...]
    local what=$1 mail mails=()
    shift
    for mail in mails/*; do [ ! -s "$mail" ] || mails+=("$mail"); done
    for mail in "${mails[@]}"; do echo "    mail from ${mail##*/}: $(head -n 1 "$mail")"; done
    [ ${#mails[@]} = $# ] || fail "$what: expected $# mails, found ${#mails[@]}"
    for mail in "${mails[@]}"; do
        grep -q -e "$1" "$mail" || fail "$what: expected a mail like '$1', found '$(cat "$mail")'"
        shift
    done
    rm -f mails/*
}

# --- The week ------------------------------------------------------------------------------------

full_night() { # ROUND
    ! head -c 100M /dev/zero >home/fill 2>/dev/null || fail "the disk did not get full"
    plain_slots "$1" 4
    rm home/fill
    echo "  the disk was full for 4 slots of both:"
    expect_mails "full disk" 'No space left' 'No space left'
    rough_slots $(($1 + 4 * slot)) 12 "$2"
    rest_of_night $(($1 + 16 * slot)) "$2"
}

gone_night() { # TIME ROUND
    unserve
    plain_slots "$1" 3
    serve
    # Again, while anna trains.
    start anna $(($1 + 3 * slot))
    await_snapshot anna
    unserve
    finish
    [ -e "home/anna/round-$2/anna.contribution" ] || fail "no contribution waits for the remote"
    serve
    trained=$(grep -c began home/anna/log)
    plain_slots $(($1 + 9 * slot)) 1
    [ "$(grep -c began home/anna/log)" = "$trained" ] || fail "the contribution was trained twice"
    echo "  the remote was gone for 3 slots, and again while anna trained:"
    expect_mails "remote gone" 'connection refused'
    rest_of_night $(($1 + 10 * slot)) "$2"
}

one_day() { # NUMBER
    local day noon night
    day=$(date -d "$first_day $(($1 - 1)) day" +%F)
    noon=$(clock "$day 12:00") night=$(clock "$day 22:00")
    open_round "$1"
    [ "$1" = $full ] || [ "$1" = $gone ] || rough_slots "$noon" 3 "$1"
    plain_slots "$(clock "$day 15:00")" 1
    case $1 in
        "$full") full_night "$night" "$1" ;;
        "$gone") gone_night "$night" "$1" ;;
        *) rough_slots "$night" 12 "$1"; rest_of_night $((night + 12 * slot)) "$1" ;;
    esac
    plain_slots "$(clock "$day 8 hour 22:00")" 2
    expect_mails "round $1"
    close_round "$1"
    compare "$1" "${workers[@]}"
    echo "  $day: round $1: $(verdicts "$1")"
}

# --- Other nights --------------------------------------------------------------------------------

await_snapshot() { # NAME
    until [ -e "$(echo "home/$1"/states/*/snapshot.tar.zst)" ]; do read -rt 0.02 <> <(:) || true; done
}

night_of() { clock "$(date -d "$first_day $(($1 - 1)) day" +%F) 22:00"; } # DAY

# Day after day, all without a strike.
quiet_night() { # ROUND
    rest_of_night "$(night_of "$1")" "$1"
    close_round "$1"
}

late_round() { # ROUND
    local night state
    night=$(night_of "$1")
    open_round "$1"
    start anna "$night"
    await_snapshot anna
    unserve
    finish
    plain_slots $((night + slot)) 3
    state=$(echo home/anna/states/*/"$(printf %08d "$1")".tar.zst)
    [ -e "$state" ] || fail "anna has not trained round $1"
    close_round "$1"
    serve
    open_round $(($1 + 1))
    quiet_night $(($1 + 1))
    echo "  round $1 closed while the remote was gone and anna's contribution waited:"
    expect_mails "late round" 'connection refused'
    [ "$(verdicts "$1"), $(verdicts $(($1 + 1)))" = '1 accepted, 2 accepted' ] ||
        fail "verdicts after a late round"
    grep -q $'\tlate\t'"$1" home/anna/log || fail "the late round is not in the log"
    compare "$1" boris
    compare $(($1 + 1)) "${workers[@]}"
    echo "3: round $1 closed without anna: $(verdicts "$1"); she went back to the state before:" \
        "round $(($1 + 1)): $(verdicts $(($1 + 1)))"
}

# Something is wrong in some slots of two nights, which is told once a night; then it is right again.
trouble() { # ROUND NAME WHAT PATTERN
    plain_slots "$(night_of "$1")" 3 "$2"
    plain_slots $(($(night_of $(($1 + 1))) + 6 * slot)) 2 "$2"
    echo "  $3, in 5 slots of two nights:"
    expect_mails "$3" "$4" "$4"
}

troubles() { # ROUND
    local round=$1 base=place/checkpoint-$(($1 - 1)).tar.zst
    open_round "$round"

    mv home/boris.json away
    trouble "$round" boris 'no key' "cannot read the key '.*/boris.json'"
    mv away home/boris.json

    echo 'windows = 22:00-07:00' >>home/boris.settings
    trouble "$round" boris 'a wrong line in the settings' "there is no setting 'windows'"
    settings boris "$root/place"

    mkdir elsewhere
    settings boris "$root/elsewhere"
    trouble "$round" boris 'an empty directory instead of the run' "there is no run.yaml in '.*/elsewhere/'"
    settings boris "$root/place"

    mv home/boris/states away
    trouble "$round" boris 'no state' "the state of round $((round - 1)) is missing"
    mv away home/boris/states

    sed 's/^seed: 7/seed: 8/' place/run.yaml >other.yaml
    mv "$base" away
    nous-train init --quiet --run other.yaml --tokenizer place/tokenizer.json -o "$base"
    trouble "$round" boris 'the base of another run' "cannot train round $round: .*run"
    mv away "$base"

    settings boris "$root/place"
    sed -i 's/^memory = .*/memory = 64KiB/' home/boris.settings
    trouble "$round" boris 'too little memory' "cannot train round $round: .*memory"
    settings boris "$root/place"

    mv "place/round-$round/assignments.ndjson" away
    head -c 100 away >"place/round-$round/assignments.ndjson"
    trouble "$round" anna 'assignments that are cut' "cannot read round-$round/assignments.ndjson"
    mv away "place/round-$round/assignments.ndjson"

    cp "$base" away
    printf '\377' | dd of="$base" bs=1 seek=20000 conv=notrunc status=none
    trouble "$round" anna 'a damaged base on the remote' 'expected bytes with SHA-256'
    mv away "$base"

    mkdir killed
    ln -s "$root/clockless/nous-ledger" killed
    printf '#!/bin/sh\nkill -KILL $$\n' >killed/nous-train
    chmod +x killed/nous-train
    sed -i "s,^tools = .*,tools = $root/killed," home/boris.settings
    trouble "$round" boris 'a killed training' "cannot train round $round: .*ended by signal 9"
    settings boris "$root/place"

    printf 'tell = cat >>%s/told\n' "$root" >>home/boris.settings
    mv home/boris.json away
    plain_slots $(($(night_of $((round + 2))) + 12 * slot)) 2 boris
    mv away home/boris.json
    expect_mails "a command that tells"
    [ "$(grep -c 'cannot read the key' told)" = 1 ] || fail "the command was not told once"

    quiet_night "$round"
    expect_mails "after all troubles"
    compare "$round" "${workers[@]}"
    echo "3: ten troubles were each told once a day, and when they were over:" \
        "round $round: $(verdicts "$round")"
}

# The owner's own work: a file in the place of the load average.
busy() { # AVERAGE
    echo "$1 0.00 0.00 1/100 1" >loadavg
    grep -q ' /proc/loadavg ' /proc/mounts || mount --bind loadavg /proc/loadavg
}

ceilings() { # ROUND
    local night
    night=$(night_of "$1")
    open_round "$1"
    sed -i 's/^load = .*/load = 1.5/' home/boris.settings
    busy 1.51
    plain_slots "$night" 2 boris
    [ ! -e "home/boris/round-$1" ] || fail "boris began at a load of 1.51"
    busy 1.50
    start boris $((night + 2 * slot))
    await_snapshot boris
    # One thread is the training's own.
    busy 2.51
    finish
    [ ! -e "place/round-$1/boris.contribution" ] || fail "boris went on at a load of 2.51"
    tail -n 1 home/boris/log | grep -q stopped || fail "boris was not stopped by the load"
    plain_slots $((night - slot)) 1
    [ ! -e "home/anna/round-$1" ] || fail "anna began outside of her window"
    busy 0.00
    quiet_night "$1"
    umount /proc/loadavg
    expect_mails "ceilings"
    compare "$1" "${workers[@]}"
    echo "3: a load of 1.51 kept boris from beginning, one of 2.51 stopped him, the end of the window all;" \
        "round $1: $(verdicts "$1")"
}

units() {
    mkdir -p unit-home/.local/bin runtime
    cp "${worker%/*}"/nous-* unit-home/.local/bin
    HOME=$root/unit-home XDG_RUNTIME_DIR=$root/runtime systemd-analyze --user verify --recursive-errors=yes \
        "${worker%/*}"/*.service "${worker%/*}"/*.timer 2>&1 | sed 's/^/  /' || fail "systemd refuses a unit"
    echo "3: systemd-analyze finds nothing wrong with the services and timers"
}

summary() { # NAME DAY
    env -i PATH=/usr/bin:/bin TZ="$TZ" LD_PRELOAD="$faketime" \
        FAKETIME="@$(date -d "@$(($(night_of "$2") + 10 * 3600))" '+%F %T')" \
        "$worker" summary "home/$1.settings"
}

make_run
make_computers
serve
full=$((2 + RANDOM % 3)) gone=$((5 + RANDOM % 2))
[ "$days" -ge 7 ] || full=2 gone=3
echo "seed $seed: the disk is full on day $full, the remote gone on day $gone"
for ((day = 1; day <= days; day++)); do one_day $day; done

expected=$((2 * days))
there=$(find place home -name '*.contribution*' | wc -l)
names=$(find place -name '*.contribution' | sort -u | wc -l)
[[ $there = "$expected" && $names = "$expected" ]] || fail "$there files of contributions, expected $expected"
[ -z "$(find place home -name '*.tmp' -o -name '*.part')" ] || fail "unfinished files are left"
entries=$(nous-ledger log place/ledger --json | jq -c 'select(.body.type == "contribution")' | wc -l)
[ "$entries" = $expected ] || fail "$entries contributions in the ledger, expected $expected"
audit=$(nous-ledger audit place/ledger | head -n 1)
begun=$(cat home/*/log | grep -c began)
for fate in missed doubled terminated killed orphaned; do
    [ -n "${counts[$fate]:-}" ] || fail "no slot was $fate"
done
[ "$begun" -gt $((expected + 3)) ] || fail "hardly a training was interrupted"
echo "1: $slots slots started, ${counts[doubled]} of them doubled, ${counts[missed]} missed;" \
    "${counts[terminated]} times terminated, ${counts[killed]} killed, ${counts[orphaned]} killed without" \
    "their children; $begun trainings begun for $expected contributions: each is there once," \
    "${counts[identical]} identical to those of uninterrupted trainings; $entries in the ledger, whose" \
    "audit says $audit"
echo "2: 3 mails in $slots slots: two of the full disk, one of the remote"
summary anna "$days" | sed 's/^/    /'

late_round $((days + 1))
troubles $((days + 3))
ceilings $((days + 4))
units
