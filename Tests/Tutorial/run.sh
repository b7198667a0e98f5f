#!/usr/bin/env bash
# Every command of docs/tutorial.md, and of the README's round by hand, prints what the text shows.
#
#   run.sh TOOLS ROUND DIRECTORY     e.g. run.sh .build/release build/one-round build/tutorial-test
#
# ROUND holds one settled round, as `ROUNDS=1 examples/demonstration/round.sh ROUND TOOLS` leaves
# it; it is only read. DIRECTORY is made anew. UPDATE=1 writes what was found into the texts.
set -euo pipefail

tools=$(cd "$1" && pwd)
round=$(cd "$2" && pwd)
directory=$3
here=$(cd "$(dirname "$0")" && pwd)
repository=$(cd "$here/../.." && pwd)

# Of the caller's environment nothing but what a new terminal has.
transcript() {
    env -i PATH="$tools:/usr/local/bin:/usr/bin:/bin" HOME="$directory" LC_ALL=C.UTF-8 TZ=UTC \
        python3 "$here/transcript.py" "$@"
}

fail() {
    echo "run.sh: error: $*" >&2
    exit 1
}

# A test that cannot fail shows nothing: other output, another status and a missing line must.
check_the_test() {
    local output
    for output in 'two' '' $'one\n    more'; do
        printf '    $ echo one\n    %s\n' "$output" >"$directory/wrong.md"
        ! transcript "$directory/wrong.md" "$directory" >/dev/null 2>&1 ||
            fail "output '$output' passed for that of 'echo one'"
    done
    printf '    $ false\n    $ echo\n' >"$directory/wrong.md"
    ! transcript "$directory/wrong.md" "$directory" >/dev/null 2>&1 || fail "status 1 passed for 0"
    rm "$directory/wrong.md"
}

# The texts say where they stand: in a directory beside build/round of a checkout.
prepare() {
    rm -rf "$directory"
    mkdir -p "$directory/build/hand" "$directory/build/tutorial"
    directory=$(cd "$directory" && pwd)
    ln -s "$repository/examples" "$directory/examples"
    ln -s "$round" "$directory/build/round"
    ln -s ../round/text "$directory/build/hand/text"
}

settled=$(PATH="$tools:$PATH" nous-ledger status --json "$round/ledger" | jq -r .settled)
[ "$settled" = 1 ] || fail "'$round' has $settled settled rounds, expected 1"
prepare
check_the_test
cd "$repository"
update=(${UPDATE:+--update})
transcript "${update[@]}" docs/tutorial.md "$directory/build/tutorial"
transcript "${update[@]}" --section 'The five commands by hand' README.md "$directory/build/hand"
