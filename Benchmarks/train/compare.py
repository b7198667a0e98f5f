#!/usr/bin/env python3
"""Runs training steps of ours and of PyTorch in turns: `compare.py BENCH_TRAIN OUTPUT [configuration …]`.

Every trainer is a process that takes one step when told to, so that all see the same machine; who goes
first changes from round to round. A table goes to standard output, one JSON object a row to OUTPUT.
"""
import json
import os
import statistics
import subprocess
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
CONFIGURATIONS = ["nano", "tiny", "small", "base"]
THREADS = 2
SECONDS = 10  # of steps for each trainer and configuration
FEWEST_STEPS = 7


class Trainer:
    def __init__(self, name, command):
        self.name = name
        self.process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.ready = self.read()
        self.seconds, self.peak_bytes = [], 0

    def read(self):
        line = self.process.stdout.readline()
        if not line:
            sys.exit(f"compare.py: {self.name} ended early")
        return json.loads(line)

    def step(self):
        self.process.stdin.write("step\n")
        self.process.stdin.flush()
        result = self.read()
        self.seconds.append(result["seconds"])
        self.peak_bytes = result["peak_bytes"]

    def close(self):
        self.process.stdin.close()
        self.process.wait()


def measure(bench_train, configuration):
    ours = Trainer("nous-train", [bench_train, configuration, str(THREADS)])
    shape = json.dumps(ours.ready["shape"])
    peer = [sys.executable, os.path.join(HERE, "peer.py"), "--shape", shape, "--threads", str(THREADS)]
    trainers = [ours]
    trainers += [Trainer(mode, peer + ["--mode", mode]) for mode in ("eager", "compiled")]
    assert len({t.ready["parameters"] for t in trainers}) == 1, "the models differ"
    for trainer in trainers:
        trainer.step()
    steps = max(FEWEST_STEPS, int(SECONDS / max(t.seconds[0] for t in trainers)))
    for round in range(steps):
        for index in range(len(trainers)):
            trainers[(round + index) % len(trainers)].step()
    for trainer in trainers:
        trainer.close()
        trainer.seconds = trainer.seconds[1:]
    return trainers


def main():
    bench_train, output = sys.argv[1:3]
    configurations = sys.argv[3:] or CONFIGURATIONS
    peak = float(subprocess.run([bench_train, "peak", str(THREADS)], check=True, text=True,
                                stdout=subprocess.PIPE).stdout)
    print(f"fused multiply-adds in registers, {THREADS} threads: {peak / 1e9:.0f} GFLOP/s\n")
    print(f"{'':8}{'tokens/s':>34}   {'of peak':^20}   {'memory, MB':^24}")
    heads = ("ours", "eager", "compiled")
    print(f"{'':8}" + "".join(f"{h:>10}" for h in heads) + "  limit" + " " * 1
          + "".join(f"{h:>9}" for h in heads) + "".join(f"{h:>9}" for h in heads)
          + "   ratio to compiled (memory)")
    ratios = []
    with open(output, "w") as file:
        for configuration in configurations:
            ours, *peers = measure(bench_train, configuration)
            shape = ours.ready["shape"]
            tokens, operations = shape["batch"] * shape["tokens"], shape["operations_per_token"]
            speeds = [tokens / statistics.median(t.seconds) for t in (ours, *peers)]
            for peer, speed in zip(peers, speeds[1:]):
                ratio = statistics.median(b / a for a, b in zip(ours.seconds, peer.seconds))
                conditions = dict(
                    threads=THREADS, batch=shape["batch"], sequence_length=shape["tokens"],
                    instruction_set=ours.ready["instruction_set"], steps=len(ours.seconds),
                    torch=peer.ready["version"], peak_flops=peak)
                name = f"train-{configuration}"
                file.write(json.dumps(dict(
                    name=f"{name}-speed", value=round(speeds[0], 1), unit="tokens/s",
                    peer=f"torch-{peer.name}", peer_value=round(speed, 1), ratio=round(ratio, 3),
                    share_of_peak=round(speeds[0] * operations / peak, 3), **conditions)) + "\n")
                file.write(json.dumps(dict(
                    name=f"{name}-memory", value=ours.peak_bytes, unit="bytes",
                    peer=f"torch-{peer.name}", peer_value=peer.peak_bytes,
                    ratio=round(peer.peak_bytes / ours.peak_bytes, 3), **conditions)) + "\n")
            ratios.append(ratio)
            row = f"{configuration:8}" + "".join(f"{s:10.0f}" for s in speeds)
            row += f"{peak / operations:7.0f} "
            row += "".join(f"{100 * s * operations / peak:7.0f} %" for s in speeds)
            row += "".join(f"{t.peak_bytes / 1e6:9.0f}" for t in (ours, *peers))
            row += f"   {ratio:.2f} ({ours.peak_bytes / peers[-1].peak_bytes:.2f})"
            print(row, flush=True)
        mean = statistics.geometric_mean(ratios)
        print(f"\ngeometric mean of the ratios to the compiled step: {mean:.3f}")
        file.write(json.dumps(dict(
            name="train-speed-geometric-mean", value=round(mean, 3), unit="ratio",
            peer="torch-compiled", peer_value=1, ratio=round(mean, 3))) + "\n")


main()
