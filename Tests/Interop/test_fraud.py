#!/usr/bin/env python3
"""Cheats of one unit in the last place inside a step of a 12-layer model: found, proved, and proved again by
fraud_checker.py, a second program written from docs/formats/dispute.md. `test_fraud.py TOOLS`."""
import collections
import glob
import json
import os
import random
import subprocess
import sys
import tempfile
import time

import fraud_checker

COUNT = 50


def main():
    tools = sys.argv[1]
    with tempfile.TemporaryDirectory() as directory:
        subprocess.run([f"{tools}/interop-disputes", directory, str(COUNT)], check=True)
        kinds, sizes, seconds = collections.Counter(), [], {"swift": 0.0, "python": 0.0}
        for number in range(COUNT):
            path = f"{directory}/{number}.json"
            sizes.append(os.path.getsize(path))
            start = time.monotonic()
            ours = json.loads(subprocess.run([f"{tools}/nous-verify", "fraud", path], check=True,
                                             capture_output=True).stdout)
            middle = time.monotonic()
            with open(path, encoding="utf-8") as file:
                proof = json.load(file)
            theirs = fraud_checker.check(proof)
            seconds["swift"] += middle - start
            seconds["python"] += time.monotonic() - middle
            assert ours["fraud"] and ours["operator"] == theirs["operator"] and ours["signer"] == theirs["signer"]
            kinds[json.loads(proof["operators"][0]["line"])["kind"]] += 1
            refuse(tools, f"{directory}/{number}.honest.json")
            tamper(proof, random.Random(number), f"{directory}/tampered.json")
            refuse(tools, f"{directory}/tampered.json")
        assert len(glob.glob(f"{directory}/*.honest.json")) == COUNT and max(sizes) < 200_000
        print(f"{COUNT} cheats found and proved by both checkers; proofs of {min(sizes)} to {max(sizes)} bytes; "
              f"{1000 * seconds['swift'] / COUNT:.0f} ms each with starting ours, "
              f"{1000 * seconds['python'] / COUNT:.0f} ms in Python")


def refuse(tools, path):
    """Both checkers must say that the proof does not hold."""
    ours = subprocess.run([f"{tools}/nous-verify", "fraud", path], capture_output=True, check=False)
    assert ours.returncode in (1, 65), (path, ours)
    try:
        with open(path, encoding="utf-8") as file:
            fraud_checker.check(json.load(file))
    except (ValueError, KeyError, IndexError, TypeError):
        return
    raise AssertionError(f"{path} holds")


def tamper(proof, source, path):
    """Writes the proof with one character of a random string changed."""
    changed = json.loads(json.dumps(proof))
    tile = source.choice(changed["tiles"])
    place = source.randrange(len(tile["elements"]) - 4)
    letter = tile["elements"][place]
    tile["elements"] = tile["elements"][:place] + ("A" if letter != "A" else "B") + tile["elements"][place + 1:]
    with open(path, "w", encoding="utf-8") as file:
        json.dump(changed, file)


main()
