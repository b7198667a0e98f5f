# shellcheck shell=bash
# A Slurm of four virtual nodes on this machine, whose files are in one directory. To be sourced by who
# defines `fail`.
#
# All daemons and jobs are the user's who starts it. They inherit SLURM_CONF, which tells them from
# those of any other cluster.
export LC_ALL=C

patience=600 # seconds

wait_until() { # CONDITION...
    local start=$SECONDS
    until "$@"; do
        [ $((SECONDS - start)) -lt $patience ] || fail "waited in vain for: $*"
        sleep 0.2
    done
}

# The first of five ports on which nobody listens.
free_ports() {
    local first port
    for first in $(seq 20000 10 30000 | shuf); do
        for ((port = first; port < first + 5; port++)); do
            ! (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null || continue 2
        done
        echo "$first"
        return
    done
}

configure_cluster() { # DIRECTORY
    local host port
    host=$(hostname -s)
    port=$(free_ports)
    mkdir -p "$1/state" "$1/spool" "$1/log"
    # A requeued job waits for as long as a credential may live.
    cat >"$1/slurm.conf" <<CONF
ClusterName=virtual
SlurmctldHost=$host(127.0.0.1)
SlurmctldPort=$port
SlurmUser=$(id -un)
SlurmdUser=$(id -un)
AuthType=auth/munge
AuthInfo=socket=$sockets/munge,cred_expire=5
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
MpiDefault=none
SelectType=select/cons_tres
SelectTypeParameters=CR_Core
PreemptType=preempt/partition_prio
PreemptMode=REQUEUE
ReturnToService=2
JobCompType=jobcomp/filetxt
JobCompLoc=$1/log/jobs
StateSaveLocation=$1/state
SlurmdSpoolDir=$1/spool/%n
SlurmctldPidFile=$1/slurmctld.pid
SlurmdPidFile=$1/%n.pid
SlurmctldLogFile=$1/log/slurmctld
SlurmdLogFile=$1/log/%n
NodeName=DEFAULT CPUs=1 RealMemory=1000
NodeName=n[1-4] NodeHostname=$host NodeAddr=127.0.0.1 Port=[$((port + 1))-$((port + 4))]
PartitionName=DEFAULT DefaultTime=01:00:00 MaxTime=01:00:00
PartitionName=fast Nodes=n[1-2]
PartitionName=slow Nodes=n[3-4]
PartitionName=all Nodes=n[1-4] Default=YES
PartitionName=urgent Nodes=n[1-4] PriorityTier=2 PreemptMode=OFF
CONF
}

munge_answers() {
    munge --no-input --socket="$sockets/munge" 2>/dev/null | unmunge --socket="$sockets/munge" >/dev/null 2>&1
}

nodes_are_idle() {
    kill -0 "$controller" 2>/dev/null || fail 'slurmctld ended'
    [ "$(sinfo --noheader --partition=all --states=idle --format=%D 2>/dev/null)" = 4 ]
}

start_cluster() { # DIRECTORY
    local node
    # The name of a socket must be short.
    sockets=$(mktemp -d)
    chmod 755 "$sockets"
    configure_cluster "$1"
    export SLURM_CONF=$1/slurm.conf
    head -c 1024 /dev/urandom >"$1/munge.key"
    chmod 400 "$1/munge.key"
    munged --foreground --force --key-file="$1/munge.key" --socket="$sockets/munge" \
        --pid-file="$sockets/munge.pid" --seed-file="$sockets/munge.seed" >"$1/log/munged" 2>&1 &
    wait_until munge_answers
    slurmctld -D >"$1/log/slurmctld.out" 2>&1 &
    controller=$!
    for node in n1 n2 n3 n4; do slurmd -D -N "$node" >"$1/log/$node.out" 2>&1 & done
    # Or this shell tells of their ends.
    disown -a
    wait_until nodes_are_idle
}

cluster_processes() { # DIRECTORY
    grep -lzsxF "SLURM_CONF=$1/slurm.conf" /proc/[0-9]*/environ | cut -d / -f 3
}

stop_cluster() { # DIRECTORY
    local signal processes
    for signal in TERM KILL; do
        mapfile -t processes < <(cluster_processes "$1")
        kill "-$signal" "${processes[@]}" 2>/dev/null || continue
        for _ in {1..50}; do
            kill -0 "${processes[@]}" 2>/dev/null || break
            sleep 0.1
        done
    done
    [ -z "${sockets:-}" ] || rm -rf "$sockets"
}
