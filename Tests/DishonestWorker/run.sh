#!/usr/bin/env bash
# Makes the corpus of contributions, has nous-verify judge all of them, and compares.
#
#   run.sh TOOLS DIRECTORY    the directory with the tools, and one for the corpus, which is made anew
#
# Prints a line a contribution: the case, the verdict expected and the one found. The status is 0 if
# all agree, reasons too. QUIET leaves out the lines that agree.
set -euo pipefail
tools=$1
directory=$2
rm -rf "$directory"
mkdir -p "$(dirname "$directory")"
"$tools/dishonest-worker" corpus "$directory"

# A judge is free to compute as it likes: each directory is judged in another of these ways.
judges=(
    '--threads 1' '--threads 2 --micro-batch 1' '--threads 3 --micro-batch 2' '--micro-batch 64'
    '--threads 4 --micro-batch 3'
)
sets=("")
[ "$(uname -m)" != x86_64 ] || sets+=(baseline)
number=0
for setting in "$directory"/*/; do
    cd "$setting"
    # shellcheck disable=SC2206  # words on purpose
    options=(${judges[number % ${#judges[@]}]})
    set=${sets[number++ % ${#sets[@]}]}
    ${set:+env NOUS_INSTRUCTION_SET="$set"} "$tools/nous-verify" --quiet --run run.yaml --base base.tar.zst --data data \
        --roster roster.json --key verifier.json --states judged "${options[@]}" \
        contributions/* >verdicts || [ $? = 1 ] || [ $? = 69 ]
    jq -r '[.verdict, .reason] | @tsv' verdicts | paste expected - \
        | sed "s|^|$(basename "$setting")/|" >compared
    cd - >/dev/null
done
[ "$(cat "$directory"/*/expected | wc -l)" = "$(cat "$directory"/*/compared | wc -l)" ]
cat "$directory"/*/compared | awk -F '\t' -v quiet="${QUIET-}" '
    { agrees = $2 == $5 && index($6, $3) == 1
      if (!agrees) different++; else if ($2 == "accepted") honest++; else dishonest++
      if (!agrees || !quiet) printf "%-48s %-15s %-15s %s\n", $1, $2, $5, agrees ? ($4 ? $4 : $6) : "DIFFERENT: " $6 }
    END { printf "%d dishonest refused, %d honest accepted, %d different\n", dishonest, honest, different
          exit different > 0 }'
