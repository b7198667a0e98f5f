#!/usr/bin/env bash
# Kills, fails and crowds the writers of a ledger, and looks whether anything is lost or doubled.
#
#   run.sh TOOLS DIRECTORY [WRITERS ENTRIES KILLS]
#
# 1. Every write, fsync, linkat, rename, mkdir and unlink of append, seal, settle, export, pay, reconcile and books is killed, and fails
#    with EIO and ENOSPC, in turn (strace). Readers accept what is left, and running the command again
#    leads to the same bytes as if nothing had happened.
# 2. WRITERS=16 submit ENTRIES=1000 each at once while others seal: all are there, once.
# 3. A loop of appends is killed KILLS=1000 times: what was acknowledged is there.
# 4. The disk is taken away in the middle (a copy of a mounted ext4 image, as root): the same.
set -euo pipefail

PATH=$(cd "$1" && pwd):$PATH
run=$(cd "$(dirname "$0")/../Vectors/run" && pwd)/small.yaml
rm -rf "$2"
mkdir -p "$2"
cd "$2"
writers=${3:-16}
entries=${4:-1000}
kills=${5:-1000}
export LC_ALL=C
sign=(--operator-key operator.json)

key() { [ -e "$1.json" ] || nous-ledger keygen -q --seed-from "$1" -o "$1.json" >/dev/null; }
public() { nous-ledger keygen --public "$1.json"; }
fail() { echo "FAILED: $*"; exit 1; }

# A ledger L whose members each have some money.
create() { # MEMBER...
    rm -rf L
    local grants=() name
    for name in "$@"; do
        key "$name"
        grants+=(--grant "$(public "$name")=5000")
    done
    nous-ledger init L --run "$run" "${sign[@]}" --verifier "$(public verifier)" "${grants[@]}"
}

key operator
key verifier

# --- 1: every call of seven commands --------------------------------------------------------------

create anna boris carl
for name in anna boris carl; do nous-ledger join L --key $name.json --stake 10 "${sign[@]}"; done
nous-ledger leave L --key carl.json "${sign[@]}"
nous-ledger open L --round 1 "${sign[@]}" >/dev/null
for number in 1 2 3; do
    nous-ledger transfer L --key anna.json --to treasury --amount 1 --number $number
    # In turn into the inbox of a copy, so that each is signed after the one before.
    nous-ledger transfer L --key anna.json --to treasury --amount 1 --number $number |
        nous-ledger submit -q L
done >transfers
nous-ledger log L --json >/dev/null
cp -r L waiting
rm -rf L/inbox/*
cp -r L before
nous-ledger export L --number 1 "${sign[@]}" >list.csv
cp -r L exported
nous-ledger pay L list.csv --number 1 "${sign[@]}"
tail -n +2 list.csv | sed 's/\(.*\),\(.*\)/{"type":"payment","recipient":"\1","amount":"\2","state":"paid"}/' >outcomes
cp -r L paid

calls=(write fsync linkat rename mkdir unlink)
faults=(signal=KILL error=EIO error=ENOSPC)
injected=0
for operation in append seal settle export pay reconcile books; do
    source=before
    output=()
    case $operation in
        append) command=(nous-ledger append L "${sign[@]}" transfers) ;;
        seal) command=(nous-ledger seal L "${sign[@]}"); source=waiting ;;
        settle) command=(nous-ledger settle L --round 1 --empty "${sign[@]}") ;;
        export) command=(nous-ledger export L --number 1 -o made.csv "${sign[@]}") output=(made.csv) ;;
        pay) command=(nous-ledger pay L list.csv --number 1 "${sign[@]}"); source=exported ;;
        reconcile) command=(nous-ledger reconcile L outcomes --number 1 "${sign[@]}"); source=paid ;;
        books) command=(nous-ledger books L -o L.journal) output=(L.journal) ;;
    esac
    rm -rf L whole "${output[@]}"
    cp -r $source L
    "${command[@]}" >/dev/null
    mv L whole
    for name in "${output[@]}"; do mv "$name" whole.output; done
    for call in "${calls[@]}"; do
        for fault in "${faults[@]}"; do
            number=1
            while true; do
                rm -rf L "${output[@]}"
                cp -r $source L
                # In a group of its own, so that the shell does not report the kill.
                { strace -f -o trace -e "inject=$call:$fault:when=$number" "${command[@]}" >/dev/null; } 2>/dev/null || true
                grep -q -e INJECTED -e SIGKILL trace || break
                injected=$((injected + 1))
                what="$operation: $call $number: $fault"
                nous-ledger audit -q L >/dev/null || fail "$what: readers refuse what is left"
                "${command[@]}" >/dev/null 2>&1 || fail "$what: the same command fails"
                diff -r L whole >/dev/null || fail "$what: other bytes"
                for name in "${output[@]}"; do cmp "$name" whole.output || fail "$what: other output"; done
                number=$((number + 1))
            done
        done
    done
done
echo "1: $injected calls of append, seal, settle, export, pay, reconcile and books killed or failed: readers went on, and the same command gave the same bytes"

# --- 2: writers at once --------------------------------------------------------------------------

names=()
for number in $(seq "$writers"); do names+=("writer-$number"); done
create "${names[@]}"
for name in "${names[@]}"; do sample-entries L "$name.json" "$entries" | split -l 10 -a 4 - "lines-$name-"; done
pids=()
for name in "${names[@]}"; do
    (for lines in lines-"$name"-*; do nous-ledger submit -q L "$lines"; done) &
    pids+=($!)
done
(while kill -0 "${pids[@]}" 2>/dev/null; do
    nous-ledger balance L >/dev/null && nous-ledger audit -q L >/dev/null || exit 1
done) &
reader=$!
while kill -0 "${pids[@]}" 2>/dev/null; do nous-ledger seal -q L "${sign[@]}" --lock-timeout 100; done
for pid in "${pids[@]}"; do wait "$pid" || fail "a writer"; done
wait "$reader" || fail "a reader beside the writers"
nous-ledger seal L "${sign[@]}" >/dev/null
rm -f lines-*
nous-ledger audit L --json >audited
expected=$((writers * entries))
found=$(nous-ledger log L --json | jq -r 'select(.body.type == "transfer") | .author + " " + (.body.number | tostring)' | sort -u | wc -l)
total=$(jq .entries audited)
[ "$found" = "$expected" ] || fail "$found of $expected entries"
[ "$total" = $((expected + 1)) ] || fail "$total entries in all"
[ "$(jq .waiting audited)" = 0 ] || fail "records left in the inbox"
echo "2: $writers writers with $entries entries each: $found there, once"

# --- 3: kill -9 ----------------------------------------------------------------------------------

create anna
cat >append.sh <<'SHELL'
number=$1
while true; do
    nous-ledger transfer L --key anna.json --to treasury --amount 1 --number $number --operator-key operator.json \
        2>/dev/null && echo $number >>acknowledged
    number=$((number + 1))
done
SHELL
: >acknowledged
next=0
for _ in $(seq "$kills"); do
    setsid bash append.sh $next &
    pid=$!
    sleep "0.0$((RANDOM % 60 + 20))"
    kill -9 -- -$pid
    wait $pid 2>/dev/null || true
    last=$(tail -n 1 acknowledged)
    next=$((${last:--1} + 1))
done 2>/dev/null
nous-ledger append L "${sign[@]}" /dev/null 2>/dev/null || true
nous-ledger audit -q L >/dev/null || fail "readers refuse the ledger after $kills kills"
nous-ledger log L --json | jq -r 'select(.body.type == "transfer") | .body.number' | sort >present
[ -z "$(sort present | uniq -d)" ] || fail "an entry twice"
missing=$(sort -u acknowledged | comm -23 - present | wc -l)
[ "$missing" = 0 ] || fail "$missing acknowledged entries are missing"
echo "3: $kills kills: all $(sort -u acknowledged | wc -l) acknowledged entries there, once"

# --- 4: a power cut ------------------------------------------------------------------------------

if [ "$(id -u)" != 0 ] || ! truncate -s 64M image || ! mkfs.ext4 -q -F image || ! mkdir -p disk cut || ! mount -o loop image disk 2>/dev/null; then
    echo "4: skipped: a power cut needs root and loop devices"
    exit 0
fi
unmount() { umount cut 2>/dev/null || true; umount disk 2>/dev/null || true; }
trap unmount EXIT
create anna
cp -r L ./*.json disk
sync
cp append.sh disk
(cd disk && : >../acknowledged-disk && sed -i 's,acknowledged,../acknowledged-disk,' append.sh && setsid bash append.sh 0) &
sleep 5
pid=$(pgrep -f 'bash append.sh 0' | head -1)
kill -STOP -- -"$pid"
cp acknowledged-disk acknowledged-cut
cp --sparse=always image image-cut
kill -9 -- -"$pid"
wait 2>/dev/null || true
mount -o loop image-cut cut
nous-ledger audit -q cut/L >/dev/null || fail "readers refuse the ledger after a power cut"
nous-ledger log cut/L --json | jq -r 'select(.body.type == "transfer") | .body.number' | sort >present
missing=$(sort -u acknowledged-cut | comm -23 - present | wc -l)
[ "$missing" = 0 ] || fail "$missing of $(wc -l <acknowledged-cut) acknowledged entries are missing after a power cut"
echo "4: a power cut: all $(wc -l <acknowledged-cut) acknowledged entries there"
