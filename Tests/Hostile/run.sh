#!/usr/bin/env bash
# Hostile inputs of full size: what nous-shard says of them, how long it takes, and its peak memory.
# Usage: run.sh TOOLS DIRECTORY; prints a table, and fails if anything is not as expected.
set -euo pipefail
tools=$(cd "$1" && pwd)
here=$(cd "$(dirname "$0")" && pwd)
rm -rf "$2"
mkdir -p "$2/inside"
cd "$2/inside"
limit=500000 # KB

# A file, since checks run at the end of pipes.
fail() { echo "FAILED: $*" | tee -a ../failures; }

seq 2000 | "$tools/nous-shard" tokenizer --vocabulary-size 400 -o ../t.json -

# check NAME STATUS PATTERN ARGUMENT...: packs, with the input on standard input.
check() {
    local name=$1 status=$2 pattern=$3 found=0
    shift 3
    /usr/bin/env time -f '%M %e' -o ../time "$tools/nous-shard" pack -t ../t.json --sequence-length 512 \
        -o corpus "$@" >../log 2>&1 || found=$?
    read -r memory seconds < <(tail -1 ../time)
    if [ -d corpus ]; then "$tools/nous-shard" inspect --summary-only --json corpus >>../log; fi
    printf '%-22s %4s %9s KB %8s s  %s\n' "$name" "$found" "$memory" "$seconds" "$(head -c 110 ../log | tr '\n' ' ')"
    [ "$found" = "$status" ] || fail "$name: status $found, not $status"
    grep -q -- "$pattern" ../log || fail "$name: no '$pattern' in: $(head -c 600 ../log)"
    [ "$memory" -lt $limit ] || fail "$name: $memory KB"
    rm -rf corpus
    [ -z "$(ls -A)" ] || fail "$name: left $(ls -A)"
}
# Whoever refuses an input does not read all of it.
make() { python3 "$here/make.py" "$@" 2>../python || grep -q BrokenPipe ../python || cat ../python >&2; }
only() { [ -z "${ONLY:-}" ] || [[ " $ONLY " == *" $1 "* ]]; }

if only line; then
    make line >../line
    check 'line of 1 GB' 0 '"documents":129' ../line
    make line | gzip -1 | check 'the same, compressed' 0 '"documents":129' --maximum-expansion 2000 -
    rm ../line
fi
if only json-line; then
    make json-line | check 'JSON line of 1 GB' 65 ':1: more than 33554432 bytes in one record' --format jsonl -
    make json-line | check 'the same, left out' 65 'no row to train on: 6 tokens in 1 doc' \
        --format jsonl --malformed-records skip -
fi
if only quoted; then make quoted | check 'CSV without end' 65 '-:3: more than 33554432 bytes' --format csv -; fi
if only nul; then make nul | check 'NULs' 0 '"documents":65' -; fi
if only invalid; then make invalid | check 'invalid UTF-8' 0 '"replacements":100663296' -; fi
if only members; then
    make members | check '10^6 members, tar' 0 '"documents":1000000' -
    make members | check '10^6 members, curated' 0 '"documents":1000000' --deduplicate exact --deduplicate near -
fi
if only zip-members; then
    make zip-members >../zip
    check '10^6 members, zip' 0 '"documents":1000000' ../zip
    rm ../zip
fi
if only gzip-bomb; then make gzip-bomb | check 'gzip bomb' 65 'more than 256 times its own bytes' -; fi
if only overlapping-zip; then
    make overlapping-zip >../zip
    check 'overlapping zip' 65 'more than 256 times its own bytes' ../zip
    check 'the same in a pipe' 65 'more than 256 times its own bytes' - < <(cat ../zip)
fi
if only nested; then make nested | check '200 archives deep' 65 'nested deeper than 4 levels' -; fi
if only names; then
    make names | check 'names and links' 0 '"documents":7' -
    for file in ../escaped ../../escaped /tmp/nous-hostile-escaped; do
        [ ! -e $file ] || fail "a file outside: $file"
    done
fi
if only truncated; then
    make names | gzip | head -c 300 | check 'truncated archive' 65 'damaged (truncated gzip input)' -
fi
if only tarball; then
    make tarball | zstd -q -T1 >../tar.zst
    check 'tar.zst of 2 GB' 0 '"documents":2000' --maximum-expansion 100000 ../tar.zst
    rm ../tar.zst
fi
rm -f ../log ../time ../t.json ../python
[ ! -e ../failures ] || exit 1
