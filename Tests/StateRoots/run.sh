#!/usr/bin/env bash
# Trains every configuration in every way and compares the states with their known answers.
#
#   run.sh TOOL [CONFIGURATION...]    the program state-roots, and nano, tiny, small, base if not
#                                     all of them
#
# SCALAR names the configurations that plain scalar loops compute too, nano if not set; tiny and
# small take them minutes each.
set -euo pipefail
shopt -s lastpipe
tool=$1
shift
[ $# -gt 0 ] || set -- nano tiny small base
answers=$(dirname "$0")/../Vectors/state-roots.txt
same=0
skipped=0
different=0

# Judges the lines that the tool prints; names where it ran instead of the ways, if told.
judge() {
    local where=${1-} configuration class root seconds way remark expected verdict
    while read -r configuration class root seconds way remark; do
        expected=$(awk -v name="$configuration $class" '$1 " " $2 == name { print $3 }' "$answers")
        case $root in
        -) verdict='-' skipped=$((skipped + 1)) ;;
        "$expected") verdict=same same=$((same + 1)) ;;
        *) verdict="DIFFERENT: $root" different=$((different + 1)) ;;
        esac
        printf '%-6s %-11s %-36s %7s s  %s  %s\n' "$configuration" "$class" \
            "${where:-${way#class=*,}}" "$seconds" "$verdict" "$remark"
    done
}

ways=(
    'threads=2,micro-batch=8' threads=1 micro-batch=1 micro-batch=2 micro-batch=4
    'memory=middle,micro-batch=4' 'memory=least,micro-batch=4' set=avx512 set=avx2 set=baseline
    "interrupted=$RANDOM,micro-batch=2"
)
# The largest model in as few rows as can show the same.
few=(
    'threads=2,micro-batch=8' 'threads=1,micro-batch=1' 'set=avx2,micro-batch=2'
    'memory=middle,micro-batch=4' 'memory=least,micro-batch=2' set=baseline
    "interrupted=$RANDOM,micro-batch=2"
)
for configuration; do
    these=("${ways[@]}")
    [ "$configuration" != base ] || these=("${few[@]}")
    case " ${SCALAR-nano} " in *" $configuration "*) these+=(scalar) ;; esac
    for class in exact exact-bf16; do
        "$tool" "$configuration" "${these[@]/#/class=$class,}" | judge
    done
done

# An emulated processor that has neither AVX-512 nor AVX2 nor fused multiply-add.
if [ "$(uname -m)" = x86_64 ] && [ "$1" = nano ]; then
    emulated=(qemu-x86_64 -cpu Nehalem "$tool" nano)
    { "${emulated[@]}" class=exact & "${emulated[@]}" class=exact-bf16 && wait $!; } \
        | judge 'qemu Nehalem'
fi
echo "$same the same, $different different, $skipped not on this machine"
[ "$different" = 0 ] && [ "$same" -gt 0 ]
