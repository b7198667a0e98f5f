#!/usr/bin/env bash
# Hostile inputs: what nous-shard says of them, how long it takes, and its peak memory.
# Usage: run.sh [--quick] TOOLS DIRECTORY; prints a table, and fails if anything is not as expected.
# With --quick the large inputs are a twentieth of their size. ONLY='line nul' runs these alone.
set -euo pipefail
export PARTS=1
if [ "$1" = --quick ]; then
    PARTS=20
    shift
fi
tools=$(cd "$1" && pwd)
here=$(cd "$(dirname "$0")" && pwd)
rm -rf "$2"
mkdir -p "$2/inside"
cd "$2/inside"
limit=500000 # KB

# A file, since checks run at the end of pipes.
fail() { echo "FAILED: $*" | tee -a ../failures; }

[ $PARTS = 1 ] || echo "large inputs are 1/$PARTS of the size named"
seq 2000 | "$tools/nous-shard" tokenizer --vocabulary-size 400 -o ../t.json -

# measure NAME STATUS PATTERN COMMAND...: runs a command with the input on standard input. The
# status may be a choice, as 0|65; a name that begins with a full stop is printed on failure alone.
measure() {
    local name=$1 status=$2 pattern=$3 found=0
    shift 3
    /usr/bin/env time -q -f '%M %e' -o ../time "$@" >../log 2>&1 || found=$?
    read -r memory seconds < <(tail -1 ../time)
    if [ -d corpus ]; then "$tools/nous-shard" inspect --summary-only --json corpus >>../log; fi
    if [ "${name:0:1}" != . ]; then
        printf '%-24s %4s %9s KB %8s s  %s\n' "$name" "$found" "$memory" "$seconds" "$(head -c 110 ../log | tr '\n' ' ')"
    fi
    [[ "$found" =~ ^($status)$ ]] || fail "$name: status $found, not $status: $(head -c 600 ../log)"
    grep -q -- "$pattern" ../log || fail "$name: no '$pattern' in: $(head -c 600 ../log)"
    [ "$memory" -lt $limit ] || fail "$name: $memory KB"
    rm -rf corpus
    [ -z "$(ls -A)" ] || fail "$name: left $(ls -A)"
}
check() {
    local name=$1 status=$2 pattern=$3
    shift 3
    measure "$name" "$status" "$pattern" \
        "$tools/nous-shard" pack -t ../t.json --sequence-length 512 -o corpus "$@"
}
learn() {
    local name=$1 status=$2 pattern=$3
    shift 3
    measure "$name" "$status" "$pattern" \
        "$tools/nous-shard" tokenizer --vocabulary-size 300 "$@"
}
# Whoever refuses an input does not read all of it.
make() { python3 -B "$here/make.py" "$@" 2>../python || grep -q BrokenPipe ../python || cat ../python >&2; }
only() { [ -z "${ONLY:-}" ] || [[ " $ONLY " == *" $1 "* ]]; }
# documents BYTES: the pieces of 8 MiB that a text without line ends comes to.
documents() { echo "\"documents\":$((($1 + 8388607) / 8388608)),"; }

if only line; then
    make line >../line
    pieces=$(documents $((1310720 * (820 / PARTS))))
    check 'line of 1 GB' 0 "$pieces" ../line
    make line | { gzip -1 || true; } | check 'the same, compressed' 0 "$pieces" --maximum-expansion 2000 -
    learn 'the same, learnt from' 0 '"vocab"' ../line
    rm ../line
fi
if only records; then
    make json-line | check 'JSON line of 1 GB' 65 ':1: more than 33554432 bytes in one record' --format jsonl -
    make json-line | check 'the same, left out' 65 'no row to train on: 6 tokens in 1 doc' \
        --format jsonl --malformed-records skip -
    make quoted | check 'CSV without end' 65 '-:3: more than 33554432 bytes' --format csv -
    make values | check '15,000,000 JSON values' 65 'at most 1048576 values' --format jsonl -
    make brackets | check '1,000,000 brackets' 65 '-:2: .*at most 64 levels' --format jsonl -
    make fields | check '15,000,000 CSV fields' 65 '-:2: more than 1048576 fields' --format csv -
fi
if only nul; then make nul | check 'NULs' 0 "$(documents $((1048576 * (512 / PARTS) + 1)))" -; fi
if only invalid; then
    make invalid | check 'invalid UTF-8' 0 "\"replacements\":$((393216 * (256 / PARTS)))," -
    make invalid | check 'the same, refused' 65 'byte 0 is not UTF-8' --invalid-utf8 refuse -
fi
if only members; then
    count="\"documents\":$((1000000 / PARTS)),"
    make members | check '10^6 members, tar' 0 "$count" -
    make members | check '10^6 members, curated' 0 "$count" --deduplicate exact --deduplicate near -
    make zip-members >../zip
    check '10^6 members, zip' 0 "$count" ../zip
    rm ../zip
fi
if only bombs; then
    more='more than 256 times its own bytes'
    make gzip-bomb | check 'gzip bomb' 65 "$more" -
    make gzip-bomb | learn 'the same, learnt from' 65 "$more" -
    make quine | check 'gzip that holds itself' 65 'too many filters' -
    make overlapping-zip >../zip
    # One text of 10 MB, cut at 8 MiB: entries at the same place count once.
    check 'overlapping zip' 0 '"documents":2,' ../zip
    check 'the same in a pipe' 0 '"documents":2,' - < <(cat ../zip)
    rm ../zip
    head -c 0 /dev/zero | gzip -9 | gzip -9 | gzip -9 >../thrice
    check 'nothing in three gzips' 65 'compressed 3 times over' ../thrice
    rm ../thrice
    make zips | check 'zips in zips in zips' 65 "$more" --maximum-expansion 256 -
    make nested | check '200 archives deep' 65 'nested deeper than 4 levels' -
fi
if only names; then
    make names | check 'names and links, tar' 0 '"documents":7,' -
    make zip-names | check 'names and links, zip' 0 '"documents":7,' -
    (cd .. && mkdir walk && cd walk && make directories >&2)
    check 'links that go round' 65 'no row to train on: .* in 1 doc' ../walk/links
    check '3000 directories deep' 74 'File name too long' ../walk/deep
    rm -rf ../walk
    for file in ../escaped ../../escaped /tmp/nous-hostile-escaped; do
        [ ! -e $file ] || fail "a file outside: $file"
    done
fi
if only truncated; then
    seq 20000 >../numbers
    for kind in gzip bzip2 xz zstd; do
        tar -C .. -cf - numbers | "$kind" -q >../whole
        for part in 10 50 90; do
            head -c $(($(stat -c %s ../whole) * part / 100)) ../whole |
                check "tar, $kind, $part % of it" 65 'damaged' -
        done
    done
    (cd .. && python3 -m zipfile -c whole numbers)
    for part in 10 50 90; do
        head -c $(($(stat -c %s ../whole) * part / 100)) ../whole | check "zip, $part % of it" 65 'damaged' -
    done
    rm ../numbers ../whole
fi
if only damaged; then
    for number in $(seq $((400 / PARTS))); do
        make damaged "$number" >../damaged
        check ".damaged archive $number" '0|65' '' --sequence-length 4 ../damaged
    done
    printf '%-24s %4s\n' "damaged archives" "$((400 / PARTS))"
    rm ../damaged
fi
if only tarball; then
    make tarball | zstd -q -T1 >../tar.zst
    check 'tar.zst of 2 GB' 0 "\"documents\":$((2000 / PARTS))," --maximum-expansion 100000 ../tar.zst
    rm ../tar.zst
fi
rm -f ../log ../time ../t.json ../python
[ ! -e ../failures ] || exit 1
