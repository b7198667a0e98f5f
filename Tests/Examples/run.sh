#!/usr/bin/env bash
# Runs every example that `--help` of the five commands and their subcommands shows, as it stands there.
#
#   run.sh TOOLS DIRECTORY    the built commands, and a directory that is made anew
#
# Each example starts beside all files that it names (world.sh), in a copy of its own, and its commands
# follow each other as if they were typed. A command must end with status 0, print no error and no
# warning, do something, and leave the files that it names as its outputs.
#
# Then all run once more elsewhere: without a terminal, with standard input closed, a home that cannot be
# written, another locale and another time zone, where they must print the same bytes; and a last time with
# standard output closed, where what would print must say so and end with status 74.
#
# Prints a line a command, and at last a count; JOBS=2 examples run at once.
set -euo pipefail
export LC_ALL=C

here=$(cd "$(dirname "$0")" && pwd)
PATH=$(cd "$1" && pwd):$PATH
rm -rf "$2"
mkdir -p "$2/examples" "$2/results" "$2/printed"
directory=$(cd "$2" && pwd)
unset COLUMNS

# Where the help says that the status is 1 if the answer is no, and it is.
expected_status() { # COMMAND
    case $1 in
        'nous-verify equivocation a/'*) echo 1 ;; # Anna signed two contributions to one round
        'nous-verify bisect '*) echo 1 ;;         # Anna's account of step 7 is false
        *) echo 0 ;;
    esac
}

# What says nothing and changes nothing if all is well.
is_silent() { # COMMAND
    case $1 in
        'nous-ledger log --json ledger | nous-verify equivocation '*) ;; # nobody signed two
        *) false ;;
    esac
}

use_ledger() { # STATE
    rm -r ledger
    cp -r "$directory/world/ledgers/$1" ledger
}

# Most examples begin when round 2 is settled, these before; and what a first run keeps is not there yet.
prepare() { # PATH
    case $1 in
        'nous-ledger init') rm -r ledger ;;
        'nous-ledger join') use_ledger founded ;;
        nous-ledger | 'nous-ledger open') use_ledger joined ;;
        'nous-ledger submit' | 'nous-ledger append') use_ledger opened ;;
        'nous-ledger seal') use_ledger submitted ;;
        'nous-ledger close') use_ledger sealed ;;
        'nous-ledger settle') use_ledger judged ;;
        'nous-ledger revise') use_ledger mistaken ;;
        'nous-ledger pay') use_ledger exported ;;
        'nous-ledger reconcile' | 'nous-ledger audit') use_ledger paid ;;
        'nous-ledger prove') use_ledger cosigned ;;
        'nous-ledger witness') rm seen ;;
        nous-train | 'nous-train run') rm -r states kept ;;
        nous-verify | 'nous-verify judge') rm -r judged ;;
    esac
}

# Takes the help apart: a file for each command and subcommand.
read_help() {
    local tool
    for tool in nous-shard nous-train nous-merge nous-verify nous-ledger; do
        "$tool" --experimental-dump-help | jq -c -f "$here/examples.jq"
    done | split -l 1 -d -a 3 - "$directory/examples/"
}

# What is wrong with an example before it runs. --help breaks lines that are too wide.
complaints() { # EXAMPLE
    local line
    jq -r '.path as $path
        | if .commands == [] then "has no example"
          elif any(.commands[]; contains($path)) | not then "is not in its example"
          else .stray[] | "shows what is no command: \(.)" end' "$1"
    # shellcheck disable=SC2046  # words on purpose
    $(jq -r .path "$1") --help >"$directory/help"
    while IFS= read -r line; do
        grep -Fxq -e "$line" "$directory/help" || echo "does not show a line as it is: $line"
    done < <(jq -r '.lines[]' "$1")
}

check_help() {
    local example
    for example in "$directory"/examples/*; do
        complaints "$example" | sed "s/^/FAILED\t$(jq -r .path "$example") /"
    done >"$directory/results/help"
}

# The accounts of a step are large, so only examples about them get them.
copy_world() { # EXAMPLE
    local without='*-step-7'
    ! grep -q -e '-step-7' "$1" || without=
    tar -C "$directory/world/files" -c --exclude="$without" . | tar -x
}

# The files beside it that a command writes, each after the word that says so.
outputs() { # COMMAND
    local words='-o|--to|--gguf|--sqlite|--csv|--html|--metrics|>>?'
    grep -oP "(?<!\S)($words) [a-z][^\s/;|]*(?!\S)" <<<"$1" || true
}

files() { find . -printf '%p %i %s %T@\n' | sort; }

# What draws a key, or says what time it is or how long something takes, prints other bytes each time.
varies() { # COMMAND
    case $1 in
        'nous-ledger keygen '* | *'nous-ledger witness '* | 'nous-ledger doctor '*) ;;
        *) false ;;
    esac
}

# What is printed must be the same bytes everywhere.
compare_printed() { # COMMAND FILE
    varies "$1" || cmp -s ../stdout "$2" || echo 'prints something else elsewhere'
}

# Whether a command prints is known from its first run; the last program of a pipe may be another's.
judge_closed() { # COMMAND FILE STATUS
    if [ -s "$2" ] && [[ ${1##*| } == nous-* ]]; then
        case $3 in 74 | 141) ;; *) echo "status $3 with standard output closed, expected 74" ;; esac
        grep -q "cannot write 'standard output'" ../stderr || echo 'does not say that it cannot write'
    fi
    ! grep -E 'Fatal|crash|Illegal|trap' ../stderr || echo 'crashes'
}

# Runs a command of an example under a condition and says what is wrong about that.
run_command() { # CONDITION COMMAND PRINTED
    local condition=$1 status=0 word name
    shift
    while read -r word name; do
        [ "$word" = '>>' ] || rm -rf "$name"
    done < <(outputs "$1")
    case $condition in
        here) run_here "$@" ;;
        elsewhere)
            HOME=/proc/self TZ=Asia/Kathmandu LC_ALL=C.UTF-8 \
                setsid --wait timeout 120 bash -euo pipefail -c "$1" <&- >../stdout 2>../stderr || status=$?
            [ "$status" = "$(expected_status "$1")" ] || echo "status $status elsewhere"
            compare_printed "$@"
            ;;
        closed)
            timeout 120 bash -euo pipefail -c "$1" </dev/null >&- 2>../stderr || status=$?
            judge_closed "$@" "$status"
            ;;
    esac
}

run_here() { # COMMAND PRINTED
    local status=0 expected word name
    expected=$(expected_status "$1")
    files >../before
    timeout 120 bash -euo pipefail -c "$1" </dev/null >../stdout 2>../stderr || status=$?
    cp ../stdout "$2"
    [ "$status" = "$expected" ] || echo "status $status, expected $expected"
    grep -E '(^|: )(error|warning|hint):' ../stderr || true
    while read -r word name; do
        [ -d "$name" ] || [ -s "$name" ] || echo "'$name' was not written"
    done < <(outputs "$1")
    [ -s ../stdout ] || is_silent "$1" || ! files | cmp -s ../before - ||
        echo 'nothing was printed or written'
}

one_line() { sed -z 's/ *\\\n */ /g; s/\n$//; s/\n */ /g' <<<"$1"; }

# Runs an example under a condition; the line of each of its commands goes to a file.
run_example() { # EXAMPLE CONDITION
    local work number count command wrong begun hundredths name
    name=$(basename "$1")
    work=$directory/work-$name-$2
    mkdir -p "$work/files"
    cd "$work/files"
    copy_world "$1"
    # shellcheck source=/dev/null
    . "$directory/world/variables"
    prepare "$(jq -r .path "$1")"
    count=$(jq '.commands | length' "$1")
    for ((number = 0; number < count; number++)); do
        command=$(jq -r ".commands[$number]" "$1")
        begun=${EPOCHREALTIME/./}
        wrong=$(run_command "$2" "$command" "$directory/printed/$name-$number")
        hundredths=$(((${EPOCHREALTIME/./} - begun) / 10000))
        printf '%s\t%s\t%d.%02d s  %s\n' "$([ -z "$wrong" ] && echo ok || echo FAILED)" "$2" \
            $((hundredths / 100)) $((hundredths % 100)) "$(one_line "$command")"
        [ -z "$wrong" ] || printf '\t%s\n' "${wrong//$'\n'/$'\n\t'}"
    done >"$directory/results/$name-$2"
    cd "$directory"
    rm -r "$work"
}

run_examples() { # CONDITION
    local example
    for example in "$directory"/examples/*; do
        while [ "$(jobs -pr | wc -l)" -ge "${JOBS:-2}" ]; do wait -n || true; done
        run_example "$example" "$1" &
    done
    wait
}

report() {
    local subcommands commands ran failed
    cat "$directory"/results/*
    subcommands=$(jq -s 'map(select(.leaf)) | length' "$directory"/examples/*)
    commands=$(jq -s 'map(.commands | length) | add' "$directory"/examples/*)
    ran=$(cat "$directory"/results/[0-9]* | grep -cE '^(ok|FAILED)' || true)
    failed=$(cat "$directory"/results/* | grep -c '^FAILED' || true)
    echo "examples: $commands commands of $subcommands subcommands, run $ran times in 3 ways, $failed failed"
    [ "$ran" = $((3 * commands)) ] && [ "$failed" = 0 ]
}

"$here/world.sh" "$directory/world"
read_help
check_help
for condition in here elsewhere closed; do run_examples "$condition"; done
report
