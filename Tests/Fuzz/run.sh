#!/usr/bin/env bash
# Fuzzes every parser in turn and prints how many inputs each was given.
#
#   run.sh PROGRAM DIRECTORY SECONDS [PARSER...]    the program fuzz, a directory for what it finds,
#                                                   and how long all parsers take together
#
# DIRECTORY/PARSER keeps inputs that reach new code, so that the next call goes on from there. An input
# that traps, takes more than five seconds or MEMORY=512 MiB lies in DIRECTORY/PARSER.faults, and the
# status is 1: it belongs into Tests/Fuzz/Inputs/PARSER.
set -euo pipefail
program=$1
directory=$2
seconds=$3
shift 3
here=$(dirname "$0")
[ $# -gt 0 ] || mapfile -t parsers < <("$program")
[ $# -eq 0 ] || parsers=("$@")
share=$((seconds / ${#parsers[@]}))
total=0
faults=0
printf '%-12s %12s %10s %10s %10s\n' parser inputs 'a second' 'covered' 'MiB'
for parser in "${parsers[@]}"; do
    mkdir -p "$directory/$parser" "$directory/$parser.faults"
    "$program" "$parser" --seeds "$directory/$parser"
    known=("$directory/$parser")
    [ ! -d "$here/Inputs/$parser" ] || known+=("$here/Inputs/$parser")
    SWIFT_BACKTRACE=enable=no "$program" "$parser" "${known[@]}" \
        -dict="$here/dictionary" -artifact_prefix="$directory/$parser.faults/" -max_total_time="$share" \
        -max_len=4096 -timeout=5 -rss_limit_mb="${MEMORY:-512}" -detect_leaks=0 -print_final_stats=1 \
        >"$directory/$parser.log" 2>&1 || faults=$((faults + 1))
    statistic() { awk -v name="stat::$1:" '$1 == name { print $2 }' "$directory/$parser.log"; }
    inputs=$(statistic number_of_executed_units)
    covered=$(grep -o 'cov: [0-9]*' "$directory/$parser.log" | tail -1 | cut -d' ' -f2 || true)
    printf '%-12s %12s %10s %10s %10s\n' "$parser" "${inputs:-fault}" \
        "$(statistic average_exec_per_sec)" "$covered" "$(statistic peak_rss_mb)"
    total=$((total + ${inputs:-0}))
done
printf '%-12s %12s   %d parsers with faults\n' all "$total" "$faults"
for fault in "$directory"/*.faults/*; do
    [ ! -e "$fault" ] || echo "fault: $fault"
done
[ "$faults" = 0 ]
