#!/usr/bin/env python3
"""Encoding, training and packing beside other programs, in turns.

    compare.py TOOLS INPUTS VOCABULARIES OUTPUT [encode|runs|train|pack …]

TOOLS has bench-shard and nous-shard, INPUTS is a directory of inputs.py. Every program is a process that
makes one pass when told to, so that all see the same machine; who goes first changes from round to
round. The first pass of each is not counted but reported. A table goes to standard output, one JSON
object a row to OUTPUT.
"""
import json
import os
import shutil
import statistics
import subprocess
import sys
import time

HERE = os.path.dirname(os.path.abspath(__file__))
ROUNDS = 5
ROUNDS_ALONE = 3  # where there is no peer to run in turns with
VOCABULARIES = ["gpt-2", "llama-3"]
TEXTS = ["english", "code", "languages"]
PEERS = ["gigatoken", "tiktoken", "tokenizers"]
RUNS = ["letter", "spaces", "digits", "newlines", "pairs", "random"]
VOCABULARY_SIZE = 16_384
tools, inputs, vocabularies, output = sys.argv[1:5]
parts = sys.argv[5:] or ["encode", "runs", "train", "pack"]
rows = []


class Program:
    def __init__(self, name, command):
        self.name = name
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.read()
        self.passes = []

    def read(self):
        line = self.process.stdout.readline()
        if not line:
            sys.exit(f"compare.py: {self.name} ended early")
        return json.loads(line)

    def step(self):
        self.process.stdin.write("step\n")
        self.process.stdin.flush()
        self.passes.append(self.read())

    def close(self):
        self.process.stdin.close()
        if self.process.wait() != 0:
            sys.exit(f"compare.py: {self.name} failed")

    def seconds(self):
        return statistics.median(p["seconds"] for p in self.passes[1:])


def in_turns(programs, rounds=ROUNDS):
    for program in programs:
        program.step()
    for round in range(rounds):
        for index in range(len(programs)):
            programs[(round + index) % len(programs)].step()
    for program in programs:
        program.close()
    return programs


def record(name, value, unit, peer=None, peer_value=None, ratio=None, **conditions):
    rows.append(dict(name=name, value=round(value, 2), unit=unit, **conditions))
    if peer:
        rows[-1] |= dict(peer=peer, peer_value=round(peer_value, 2), ratio=round(ratio, 3))


def path(name):
    return os.path.join(inputs, name)


def ours(vocabulary, text, threads):
    return [os.path.join(tools, "bench-shard"), "encode", os.path.join(vocabularies, vocabulary + ".json"),
            path(text + ".txt"), str(threads)]


def encode():
    print("encoding, MB/s (first pass in brackets), ratio to gigatoken, to tiktoken, to tokenizers")
    for threads in (1, 2):
        for vocabulary in VOCABULARIES:
            for text in TEXTS:
                command = ours(vocabulary, text, threads)
                peer = [sys.executable, os.path.join(HERE, "peer.py")]
                programs = in_turns([Program("ours", command)] + [
                    Program(name, [*peer, name, "encode", *command[2:]]) for name in PEERS])
                found = {(p.passes[0]["tokens"], p.passes[0]["sha256"]) for p in programs}
                size = os.path.getsize(command[3]) / 1e6
                mine = programs[0]
                speeds = [size / p.seconds() for p in programs]
                firsts = [size / p.passes[0]["seconds"] for p in programs]
                for program, speed, first in list(zip(programs, speeds, firsts))[1:]:
                    record(f"encode-{vocabulary}-{text}-{threads}", speeds[0], "MB/s", program.name, speed,
                           speeds[0] / speed, threads=threads, text=text, vocabulary=vocabulary,
                           bytes=int(size * 1e6), first=round(firsts[0], 2), peer_first=round(first, 2),
                           same_ids=program.passes[0]["sha256"] == mine.passes[0]["sha256"], passes=ROUNDS)
                cells = "".join(f"{p.name:>11} {s:6.1f} ({f:5.1f})" for p, s, f in zip(programs, speeds, firsts))
                ratios = " ".join(f"{speeds[0] / s:6.2f}" for s in speeds[1:])
                same = "same ids" if len(found) == 1 else "IDS DIFFER"
                print(f"{threads} {vocabulary:8}{text:10}{cells}   {ratios}  {same}", flush=True)


def runs():
    print("\ntexts hard on encoders, 50 MB, one thread, MB/s and ratio to english")
    for vocabulary in VOCABULARIES:
        normal = in_turns([Program("ours", ours(vocabulary, "english", 1))], ROUNDS_ALONE)[0]
        speed = os.path.getsize(path("english.txt")) / 1e6 / normal.seconds()
        for run in RUNS:
            program = in_turns([Program("ours", ours(vocabulary, "run-" + run, 1))], ROUNDS_ALONE)[0]
            found = os.path.getsize(path(f"run-{run}.txt")) / 1e6 / program.seconds()
            record(f"run-{vocabulary}-{run}", found, "MB/s", "ours-english", speed, found / speed, threads=1)
            print(f"  {vocabulary:8}{run:10}{found:8.1f}{found / speed:8.2f}", flush=True)


def merges(file):
    with open(file) as handle:
        return json.load(handle)["model"]["merges"]


def train():
    print(f"\ntraining to {VOCABULARY_SIZE} tokens, s")
    for threads in (1, 2):
        arguments = ["train", path("english.txt"), str(VOCABULARY_SIZE), str(threads)]
        files = [path("ours.json"), path("tokenizers.json")]
        mine, theirs = in_turns([
            Program("ours", [os.path.join(tools, "bench-shard"), *arguments, files[0]]),
            Program("tokenizers", [sys.executable, os.path.join(HERE, "peer.py"), "tokenizers", *arguments, files[1]])])
        same = merges(files[0]) == merges(files[1])
        speed, peer = (os.path.getsize(arguments[1]) / 1e6 / p.seconds() for p in (mine, theirs))
        record(f"train-{threads}", speed, "MB/s", "tokenizers", peer, speed / peer, threads=threads,
               vocabulary_size=VOCABULARY_SIZE, same_merges=same, passes=ROUNDS)
        print(f"  {threads} threads: ours {mine.seconds():.2f}, tokenizers {theirs.seconds():.2f}, ratio"
              f" {speed / peer:.2f}, merges {'the same' if same else 'DIFFER'}", flush=True)


def pack():
    with open(path("corpus.bytes")) as file:
        size = int(file.read())
    print(f"\nnous-shard pack of a .tar.zst, {size / 1e6:.0f} MB of text")
    for threads in (1, 2):
        seconds, peak = [], 0
        for _ in range(ROUNDS_ALONE):
            shutil.rmtree(path("packed"), ignore_errors=True)
            start = time.perf_counter()
            process = subprocess.Popen([
                os.path.join(tools, "nous-shard"), "pack", "-q", "-t", os.path.join(vocabularies, "gpt-2.json"),
                "--sequence-length", "1024", "--threads", str(threads), "-o", path("packed"), path("corpus.tar.zst")])
            _, status, usage = os.wait4(process.pid, 0)
            if status != 0:
                sys.exit("compare.py: nous-shard pack failed")
            seconds.append(time.perf_counter() - start)
            peak = max(peak, usage.ru_maxrss * 1024)
        speed = size / 1e6 / statistics.median(seconds)
        record(f"pack-{threads}", speed, "MB/s", threads=threads, bytes=size, peak_bytes=peak, passes=ROUNDS_ALONE)
        record(f"pack-memory-{threads}", peak / 1e6, "MB", threads=threads, bytes=size)
        print(f"  {threads} threads: {speed:.0f} MB/s, at most {peak / 1e6:.0f} MB of memory", flush=True)
    shutil.rmtree(path("packed"), ignore_errors=True)


for part in parts:
    {"encode": encode, "runs": runs, "train": train, "pack": pack}[part]()
    with open(output, "w") as file:
        file.writelines(json.dumps(row) + "\n" for row in rows)
