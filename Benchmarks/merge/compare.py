#!/usr/bin/env python3
"""Merges few and many contributions: `compare.py RELEASE RUN DIRECTORY OUTPUT [shape [few many]]`.

Measures memory and time of `nous-merge round` beside reading and decoding the same files, in turns, and
compares the checkpoints under one and two threads and in other orders of arguments. A table goes to
standard output, one JSON object a row to OUTPUT.
"""
import glob
import json
import os
import random
import shutil
import statistics
import subprocess
import sys
import time

RULES = [
    {"rule": "agreement v1", "over": "senders", "clip": 1, "least_share": 0.25},  # the default
    {"rule": "weighted-mean v1"},
]
REPEATS = 3


def measure(command):
    """Seconds, peak bytes of memory and output of a command that must succeed."""
    started = time.monotonic()
    process = subprocess.Popen(command, stdout=subprocess.PIPE)
    output = process.stdout.read()
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        sys.exit(f"compare.py: {command[:3]} failed with {process.returncode}")
    return time.monotonic() - started, usage.ru_maxrss << 10, output


def digest(path):
    return subprocess.run(["sha256sum", path], check=True, capture_output=True).stdout[:64]


def study(release, run, directory, rule, shape, few, many, rows):
    shutil.rmtree(directory, ignore_errors=True)
    os.makedirs(directory)
    subprocess.run([f"{release}/bench-merge", "make", run, shape, json.dumps(rule), str(many), directory],
                   check=True)
    files = [f"{directory}/{number}.contribution" for number in range(many)]
    bytes_in = {count: sum(os.path.getsize(file) for file in files[:count]) for count in (few, many)}
    merge = [f"{release}/nous-merge", "round", "-q", "--unverified", "--run", f"{directory}/run.yaml",
             "--base", f"{directory}/base", "-o", f"{directory}/next"]

    def merged(count, threads, order=None):
        if os.path.exists(f"{directory}/next"):
            os.remove(f"{directory}/next")
        result = measure(merge + ["--threads", str(threads)] + (order or files[:count]))
        return result[:2] + (digest(f"{directory}/next"),)

    conditions = {"rule": rule["rule"], "shape": shape, "cores": os.cpu_count()}

    def row(name, value, unit, **more):
        rows.append({"name": f"merge/{rule['rule'].split()[0]}/{name}", "value": value, "unit": unit,
                     **more, **conditions})
        print(f"{rows[-1]['name']:48} {value:12.4g} {unit:12} " +
              (f"{more['ratio']:8.3f} of {more['peer']}" if "ratio" in more else ""), flush=True)

    memory = {}
    for threads in (1, 2):
        def decoded(count):
            return measure([f"{release}/bench-merge", "decode", directory, str(count), str(threads)])[0]

        # What one more contribution takes: base and result are read and written once, however many there are.
        times, decoding, whole = [], [], []
        for _ in range(REPEATS):
            least, memory[few, threads], _ = merged(few, threads)
            seconds, memory[many, threads], _ = merged(many, threads)
            whole.append(seconds)
            times.append(seconds - least)
            decoding.append(decoded(many) - decoded(few))
        seconds, peer = statistics.median(times), statistics.median(decoding)
        added = bytes_in[many] - bytes_in[few]
        row(f"throughput/{threads}-threads", added / seconds / 1e6, "MB/s", peer="read and decode",
            peer_value=added / peer / 1e6, ratio=peer / seconds, contributions=many,
            threads=threads, whole_seconds=statistics.median(whole))
        row(f"memory/{threads}-threads", memory[many, threads], "bytes", peer=f"{few} contributions",
            peer_value=memory[few, threads], ratio=memory[few, threads] / memory[many, threads],
            contributions=many, threads=threads)
    shuffled = files[:]
    random.Random(1).shuffle(shuffled)
    results = {merged(many, 1)[2], merged(many, 2)[2], merged(many, 2, shuffled)[2]}
    row("distinct-results", len(results), "checkpoints", contributions=many)

    start = time.monotonic()
    os.remove(f"{directory}/next")
    before, left = set(os.listdir(directory)), set()
    for wait in (0.2, 0.5, 0.9, 0.97):
        process = subprocess.Popen(merge + files)
        time.sleep(wait * seconds)
        process.kill()
        process.wait()
        left |= set(os.listdir(directory)) - before
    row("killed/files-half-written", len([name for name in left if not name.endswith(".tmp")]), "files",
        seconds=time.monotonic() - start)
    for name in glob.glob(f"{directory}/.nous-*.tmp"):
        os.remove(name)
    shutil.rmtree(directory)
    return len(results) == 1


def main():
    release, run, directory, output = sys.argv[1:5]
    shape = sys.argv[5] if len(sys.argv) > 5 else "base"
    few, many = (int(text) for text in sys.argv[6:8]) if len(sys.argv) > 7 else (10, 1000)
    rows = []
    same = [study(release, run, directory, rule, shape, few, many, rows) for rule in RULES]
    with open(output, "w") as file:
        file.writelines(json.dumps(row) + "\n" for row in rows)
    sys.exit(0 if all(same) else 1)


main()
