#!/usr/bin/env bash
# Whether Slurm's daemons start on this machine within minutes; a container may not let them.
#
#   starts.sh DIRECTORY
#
# Status: 0 they do; 69 they do not; 1 their configuration is wrong.
set -euo pipefail

here=$(cd "$(dirname "$0")" && pwd)
mkdir -p "$1"
directory=$(cd "$1" && pwd -P)
PATH=/usr/sbin:$PATH
# shellcheck source=Tests/Slurm/cluster.sh
. "$here/cluster.sh"

patience=120
fail() {
    echo "Slurm does not start here: $*"
    tail -n 5 "$directory"/log/* 2>/dev/null || true
    ! grep -qsE 'Unrecognized key|[Pp]arsing error|process configuration' "$directory"/log/* || exit 1
    exit 69
}
trap 'exit 1' INT TERM HUP
trap 'stop_cluster "$directory"' EXIT
rm -rf "$directory"
mkdir -p "$directory"
start_cluster "$directory"
