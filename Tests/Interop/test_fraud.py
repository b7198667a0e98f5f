#!/usr/bin/env python3
"""Cheats of one unit in the last place inside a step of a 12-layer model: found, proved, and proved again by
fraud_checker.py, a second program written from docs/formats/dispute.md. `test_fraud.py TOOLS`."""
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
        kinds, sizes, seconds = set(), [], {"swift": 0.0, "python": 0.0}
        for number in range(COUNT):
            path = f"{directory}/{number}.json"
            sizes.append(os.path.getsize(path))
            start = time.monotonic()
            ours = json.loads(subprocess.run([f"{tools}/nous-verify", "fraud", path], check=True,
                                             capture_output=True).stdout)
            middle = time.monotonic()
            with open(path, "rb") as file:
                data = file.read()
            theirs = fraud_checker.check(data)
            seconds["swift"] += middle - start
            seconds["python"] += time.monotonic() - middle
            assert ours["fraud"] and ours["operator"] == theirs["operator"] and ours["signer"] == theirs["signer"]
            proof = json.loads(data)
            kinds.add(theirs["kind"])
            refuse(tools, f"{directory}/{number}.honest.json")
            for changed in changes(proof, random.Random(number)):
                with open(f"{directory}/changed.json", "wb") as file:
                    file.write(changed)
                refuse(tools, f"{directory}/changed.json")
        assert len(glob.glob(f"{directory}/*.honest.json")) == COUNT and max(sizes) < 200_000
        print(f"{COUNT} cheats of {len(kinds)} kinds found and proved by both checkers; proofs of {min(sizes)} to {max(sizes)} bytes; "
              f"{1000 * seconds['swift'] / COUNT:.0f} ms each with starting ours, "
              f"{1000 * seconds['python'] / COUNT:.0f} ms in Python")


def refuse(tools, path):
    """Both checkers must say that the proof does not hold."""
    ours = subprocess.run([f"{tools}/nous-verify", "fraud", path], capture_output=True, check=False)
    assert ours.returncode in (1, 65), (path, ours)
    try:
        with open(path, "rb") as file:
            fraud_checker.check(file.read())
    except (ValueError, KeyError, IndexError, TypeError):
        return
    raise AssertionError(f"{path} holds")


def changes(proof, source):
    """The proof with one character of a tile changed, and in other forms that say the same or more."""
    line = lambda proof: json.dumps(proof, separators=(",", ":"), ensure_ascii=False).encode() + b"\n"
    changed = json.loads(json.dumps(proof))
    tile = source.choice(changed["tiles"])
    place = source.randrange(len(tile["elements"]) - 4)
    letter = "A" if tile["elements"][place] != "A" else "B"
    tile["elements"] = tile["elements"][:place] + letter + tile["elements"][place + 1:]
    false = {**proof["tiles"][0], "elements": "AAAAAA=="}
    yield line(changed)
    yield line({**proof, "tiles": [false] + proof["tiles"]})
    yield line({**proof, "tiles": proof["tiles"] + proof["tiles"][:1]})
    yield line({**proof, "operators": proof["operators"] + proof["operators"][:1]})
    yield line({**proof, "more": 1})
    yield json.dumps(proof).encode()
    yield line(proof)[:-1]


main()
