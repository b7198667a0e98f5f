#!/usr/bin/env bash
# Installs the package on a Debian 12 that has nothing else of ours, and works there.
#
#   run.sh PACKAGE DIRECTORY     e.g. run.sh build/deb/nous-tools.deb build/debian
#
# The system is made by debootstrap once and kept in DIRECTORY/clean; every run starts from a copy of it.
# Needs root, and MIRROR (http://deb.debian.org/debian).
# shellcheck disable=SC2016 # what stands in single quotes is for the shells inside
set -euo pipefail

package=$(realpath "$1")
directory=$2
here=$(cd "$(dirname "$0")" && pwd)
mirror=${MIRROR:-http://deb.debian.org/debian}
mkdir -p "$directory"
directory=$(realpath "$directory")
root=$directory/root
export LC_ALL=C.UTF-8 DEBIAN_FRONTEND=noninteractive

say() { printf 'ok: %s\n' "$*"; }

fail() {
    printf 'run.sh: error: %s\n' "$*" >&2
    exit 1
}

inside() { chroot "$root" "$@"; }

make_system() {
    if [ ! -d "$directory/clean" ]; then
        rm -rf "$directory/clean.tmp"
        debootstrap --variant=minbase --include=man-db,bash-completion,zsh,fish,make,jq,zstd bookworm \
            "$directory/clean.tmp" "$mirror" >"$directory/debootstrap.log"
        # The man pages of a minimal system are kept too.
        rm -f "$directory/clean.tmp/etc/dpkg/dpkg.cfg.d/docker"
        mv "$directory/clean.tmp" "$directory/clean"
    fi
    rm -rf "$root"
    cp -a "$directory/clean" "$root"
    mount --bind /dev "$root/dev"
    mount -t proc proc "$root/proc"
    trap 'umount "$root/proc" "$root/dev"' EXIT
    cp /etc/resolv.conf "$root/etc/resolv.conf"
}

install_package() {
    cp "$package" "$root/tmp/nous-tools.deb"
    inside apt-get update -qq
    inside apt-get install -y -qq --no-install-recommends /tmp/nous-tools.deb >"$directory/apt.log" 2>&1 ||
        fail "cannot install the package: see $directory/apt.log"
    inside sh -c '! command -v swift' >/dev/null || fail "the system has swift"
    say "installed: $(inside dpkg-query -W -f '${Package} ${Version} ${Architecture}, ${Installed-Size} KiB' nous-tools)"
}

# The median of the processor time that a command takes to start, in milliseconds: other programs that
# run at the same time do not count.
start_up() {
    local _
    for _ in $(seq 31); do
        inside bash -c 'TIMEFORMAT="%U %S"; time "$0" --version >/dev/null' "$1" 2>&1
    done | awk '{ print ($1 + $2) * 1000 }' | sort -n | sed -n 16p
}

check_programs() {
    local tool milliseconds
    for tool in nous-shard nous-train nous-merge nous-verify nous-ledger; do
        inside "$tool" --version | grep -q '^nous-tools ' || fail "$tool does not say its version"
        milliseconds=$(start_up "$tool")
        [ "$milliseconds" -lt 30 ] || fail "$tool: expected to start within 30 ms, found $milliseconds ms"
        say "$tool starts in $milliseconds ms"
    done
}

check_manual() {
    local page
    for page in nous-train nous-ledger-solana-payout nous-verify-judge; do
        inside man "$page" 2>&1 | grep -q '^EXAMPLES' || fail "man $page has no examples"
    done
    say "man finds $(inside sh -c 'ls /usr/share/man/man1/nous-*.1.gz | wc -l') pages"
}

# What each shell proposes after "nous-train r" and "nous-merge round --verd".
check_completions() {
    inside bash -c '
        source /usr/share/bash-completion/bash_completion
        propose() {
            COMP_WORDS=("$@") COMP_CWORD=$(($# - 1)) COMP_LINE="$*" COMP_POINT=${#COMP_LINE} COMPREPLY=()
            _completion_loader "$1" || true
            "$(complete -p "$1" | sed "s/.*-F \([^ ]*\).*/\1/")" "$1" "${!#}" "${COMP_WORDS[COMP_CWORD - 1]}"
            printf "%s\n" "${COMPREPLY[@]}"
        }
        propose nous-train r | grep -qx "run *"
        propose nous-merge round --verd | grep -qx -e "--verdicts *"' || fail "bash completes nothing"
    inside fish -c '
        complete -C "nous-train r" | string match -rq "^run"
        and complete -C "nous-merge round --verd" | string match -rq "^--verdicts"' ||
        fail "fish completes nothing"
    inside zsh -fc '
        autoload -Uz compinit && compinit -u -d /tmp/zcompdump
        [[ $_comps[nous-train] == _nous-train ]] && autoload +X -Uz _nous-train' || fail "zsh completes nothing"
    say "bash, zsh and fish complete"
}

check_round() {
    cp "$here/round.sh" "$root/tmp/round.sh"
    inside bash /tmp/round.sh /tmp/run >"$directory/round.log" || fail "no round: see $directory/round.log"
    say "$(tail -n 1 "$directory/round.log")"
}

check_removal() {
    inside apt-get purge -y -qq nous-tools >>"$directory/apt.log" 2>&1
    local left
    left=$(find "$root/usr" -name '*nous-*' -not -path '*/tmp/*')
    [ -z "$left" ] || fail "purging leaves $left"
    say "purging leaves nothing"
}

make_system
install_package
check_programs
check_manual
check_completions
check_round
check_removal
