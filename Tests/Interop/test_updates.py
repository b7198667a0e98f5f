#!/usr/bin/env python3
"""Compare encoded updates with a second implementation of docs/formats/update.md (update_format.py).

    python3 Tests/Interop/test_updates.py path/to/tools [--write-vectors]

Every file of Tests/Vectors/updates must be what the second implementation encodes and decodes; tests
of ours in Swift prove the same of our codec. Then a tiny run is trained under every format of values,
with and without a transform: its contribution is decoded here, and merged alone with an outer rate of 1
must take the base's weights to base - decoded: in every bit without a transform, else to rounding.
Exits 1 if anything differs.
"""
import json
import struct
import sys
import tempfile
from pathlib import Path

import numpy as np
import update_format
from tiny_run import TinyRun
from update_format import FORMATS

HERE = Path(__file__).resolve().parent
VECTORS = HERE.parent / "Vectors" / "updates"


def vector_elements(seed, count):
    """Values of many magnitudes, with zeros of both signs and equal magnitudes."""
    state, values = seed, []
    for index in range(count):
        state = (state * 6364136223846793005 + 1442695040888963407) % 2**64
        magnitude = (1 + (state >> 40) / 2**24) * 2.0 ** -((state >> 33) % 12)
        value = -magnitude if state >> 63 else magnitude
        if index % 11 == 3:
            value = -0.5 if index % 2 else 0.5
        if index % 13 == 5 or 96 <= index < 128:
            value = -0.0 if index % 2 else 0.0
        values.append(value)
    return np.array(values, np.float32)


def words(array):
    return array.astype("<f4").tobytes().hex()


def vector(kind):
    cases = []
    for seed, (count, chunk, keep) in enumerate(
            [(200, 32, 4), (200, 64, 64), (100, 100, 1), (70, 33, 10), (1, 64, 8), (5, 2, 1)]):
        elements = vector_elements(seed, count)
        encoded = update_format.encode(elements, chunk, keep, kind)
        decoded, sent = update_format.decode(encoded, count, chunk, keep, kind)
        cases.append({"chunk": chunk, "keep": keep, "elements": words(elements),
                      "encoded": encoded.hex(), "decoded": words(decoded), "sent": sent})
    return json.dumps({"values": kind, "cases": cases}, indent=1) + "\n"


def check(condition, what):
    if not condition:
        sys.exit(f"test_updates: mismatch: {what}")


def test_vectors(write):
    for kind in FORMATS:
        path = VECTORS / f"{kind}.json"
        if write:
            VECTORS.mkdir(exist_ok=True)
            path.write_text(vector(kind))
        check(path.read_text() == vector(kind), path)
    print(f"ok: vectors of {len(FORMATS)} formats")


def test_contribution(run, transform, kind):
    base, [contribution], following, _ = run.round({
        "transform: none, chunk: 64, keep: 16, values: sign":
        f"transform: {transform}, chunk: 500, keep: 60, values: {kind}"})
    before, after = run.weights(base), run.weights(following)
    shapes = [tensor.shape for tensor in before.values()]
    update = contribution["update.nous"]
    settings, decoded = update_format.read_file(update, shapes)
    check(settings == (transform, 500, 60, kind), f"header {settings}")
    sent = 0
    for (name, weights), coefficients in zip(before.items(), decoded):
        if transform == "none":
            expected = weights - coefficients.reshape(weights.shape)
            check(np.array_equal(expected, after[name]), f"{kind}: {name}")
        else:
            expected = weights - update_format.inverse(coefficients, weights.shape)
            scale = max(1e-3, np.abs(coefficients).max())
            check(np.abs(expected - after[name]).max() < 1e-5 * scale, f"{kind} {transform}: {name}")
        check(kind == "unit-sign" or np.abs(coefficients).max() > 0, f"{kind}: {name} is empty")
        sent += np.count_nonzero(coefficients)
    for cut in (10, 24, len(update) // 2, len(update) - 1):
        try:
            update_format.read_file(update[:cut], shapes)
            check(False, f"a prefix of {cut} bytes is read")
        except (update_format.Refused, struct.error):
            pass
    print(f"ok: {kind:9} {transform:6} {len(update)} bytes, {sent} elements")


def main():
    arguments = sys.argv[1:]
    test_vectors("--write-vectors" in arguments)
    if arguments and not arguments[0].startswith("-"):
        with tempfile.TemporaryDirectory() as name:
            run = TinyRun(Path(arguments[0]).resolve(), Path(name))
            for kind in FORMATS:
                for transform in ("none", "cosine"):
                    test_contribution(run, transform, kind)


if __name__ == "__main__":
    main()
