#!/usr/bin/env python3
"""Print one worker's list of a whole epoch: 10,000 workers, 10^9 sequences, under a second and 50 MB.

    python3 Tests/Interop/test_assignment_scale.py path/to/nous-shard

Compares a few places with docs/protocol.md by way of test_assignment.py's functions. Exits 1 if anything is off.
"""
import hashlib
import json
import os
import pathlib
import subprocess
import sys
import tempfile
import time

HERE = pathlib.Path(__file__).parent
DIGITS = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
WORKERS, SEQUENCES, BATCHES, BATCH = 10_000, 10**9, 10**6, 1000


def base58(key):
    number, text = int.from_bytes(key, "big"), ""
    while number:
        number, digit = divmod(number, 58)
        text = DIGITS[digit] + text
    return "1" * (len(key) - len(key.lstrip(b"\0"))) + text


def permutation():
    """The function of test_assignment.py, without running its comparison."""
    source = (HERE / "test_assignment.py").read_text().split("\ndef seed(")[0]
    names = {"__file__": __file__}
    exec(source, names)
    return names["permutation"]


work = pathlib.Path(tempfile.mkdtemp(prefix="nous-scale-"))
template = (HERE.parent / "Vectors" / "run" / "small.yaml").read_text()
run = work / "run.yaml"
run.write_text(template.replace("batches: 12, batch: 4", f"batches: {BATCHES}, batch: {BATCH}"))
assert str(BATCHES) in run.read_text()
keys = [base58(hashlib.sha256(b"%d" % n).digest()) for n in range(WORKERS)]
roster = {"type": "roster", "round": 1, "run": hashlib.sha256(run.read_bytes()).hexdigest(), "seed": "ab" * 32,
          "workers": [{"worker": key, "throughput": 900 + n % 201, "stake": "0"} for n, key in enumerate(keys)]}
(work / "roster.json").write_text(json.dumps(roster))
total, positions = 0, []
for key in (keys[0], keys[4321], keys[-1]):
    out = work / "assignment"
    started = time.monotonic()
    with open(out, "wb") as file:
        process = subprocess.Popen([sys.argv[1], "assign", "--run", run, "--sequences", str(SEQUENCES), "--roster",
                                    work / "roster.json", "--worker", key], stdout=file)
        _, status, usage = os.wait4(process.pid, 0)
    elapsed, megabytes = time.monotonic() - started, usage.ru_maxrss / 1024
    # On a busy machine the wall clock counts what others do.
    seconds = usage.ru_utime + usage.ru_stime
    line = json.loads(out.read_text())
    assert status == 0 and len(line["sequences"]) == line["steps"] * BATCH and line["worker"] == key
    print(f"{line['steps'] * BATCH} sequences from position {line['first']}: {seconds:.2f} s of computing, {elapsed:.2f} s in all, {megabytes:.0f} MB")
    if seconds > 1 or megabytes > 50:
        sys.exit("FAILED: a list takes over a second or 50 MB")
    pi = permutation()(bytes.fromhex(line["data"]), 7 if "seed: 7" in template else 0, 0, SEQUENCES)
    for place in (0, 1, len(line["sequences"]) // 2, len(line["sequences"]) - 1):
        if pi(line["first"] + place) != line["sequences"][place]:
            sys.exit("FAILED: a sequence is not where the protocol puts it")
print("ok: lists of 10,000 workers over 10^9 sequences")
