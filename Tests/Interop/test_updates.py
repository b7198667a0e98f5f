#!/usr/bin/env python3
"""Compare encoded updates with a second implementation of docs/formats/update.md (update_format.py).

    python3 Tests/Interop/test_updates.py path/to/tools [--write-vectors]

Every file of Tests/Vectors/updates must be what the second implementation encodes and decodes; tests
of ours in Swift prove the same of our codec. Then a tiny run is trained under every format of values,
with and without a transform: its contribution is decoded here, and merged alone with an outer rate of 1
must take the base's weights to base - decoded: in every bit without a transform, else to rounding.
Exits 1 if anything differs.
"""
import hashlib
import io
import json
import struct
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path

import numpy as np
import update_format
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


def members(path):
    raw = subprocess.run(["zstd", "-dcq", path], check=True, capture_output=True).stdout
    with tarfile.open(fileobj=io.BytesIO(raw)) as bundle:
        return {member.name: bundle.extractfile(member).read() for member in bundle}


def tensors(safetensors):
    (length,) = struct.unpack_from("<Q", safetensors)
    header = json.loads(safetensors[8:8 + length])
    header.pop("__metadata__", None)
    return {name: np.frombuffer(safetensors[8 + length:][slice(*entry["data_offsets"])], "<f4")
            .reshape(entry["shape"]) for name, entry in header.items()}


class TinyRun:
    """A run of one worker in a directory of its own."""

    def __init__(self, tools, work):
        self.tools, self.work = tools, work
        (work / "text").mkdir()
        for i in range(1, 41):
            (work / "text" / str(i)).write_text(" ".join(map(str, range(i, 3 * i + 1))) + "\n")
        self.tool("nous-shard", "tokenizer", "--quiet", "--vocabulary-size", "300", "-o",
                  "tokenizer.json", "text")
        self.tool("nous-shard", "pack", "--quiet", "-t", "tokenizer.json", "--sequence-length", "16",
                  "--held-out", "10%", "-o", "data", "text")
        self.tool("nous-ledger", "keygen", "--quiet", "--seed-from", "anna", "-o", "anna.json")
        corpus = json.loads(self.tool("nous-shard", "inspect", "--json", "data"))
        tokenizer = hashlib.sha256((work / "tokenizer.json").read_bytes()).hexdigest()
        zeros = "0" * 64
        template = (HERE.parent / "Vectors" / "run" / "small.yaml").read_text()
        self.template = (template.replace(f"tokenizer: {zeros}", f"tokenizer: {tokenizer}")
                         .replace(f"  root: {zeros}", f"  root: {corpus['train']['root']}")
                         .replace(f"held_out: {zeros}", f"held_out: {corpus['held_out']['root']}"))

    def tool(self, name, *arguments):
        return subprocess.run([self.tools / name, *arguments], check=True, cwd=self.work,
                              stdout=subprocess.PIPE).stdout

    def round(self, transform, kind):
        """The members of the base, a contribution to it, and what that alone makes of it."""
        old = "transform: none, chunk: 64, keep: 16, values: sign"
        check(old in self.template, "the template's codec")
        run = self.work / "run.yaml"
        run.write_text(self.template.replace(
            old, f"transform: {transform}, chunk: 500, keep: 60, values: {kind}"))
        key = self.tool("nous-ledger", "keygen", "--public", "anna.json").decode().strip()
        roster = {"type": "roster", "round": 1, "seed": "ab" * 32,
                  "run": hashlib.sha256(run.read_bytes()).hexdigest(),
                  "workers": [{"worker": key, "throughput": 1, "stake": "0"}]}
        (self.work / "roster").write_text(json.dumps(roster))
        (self.work / "assignments").write_bytes(self.tool(
            "nous-shard", "assign", "--run", "run.yaml", "--data", "data", "--roster", "roster"))
        for name in ("base", "anna.contribution", "next"):
            (self.work / name).unlink(missing_ok=True)
        self.tool("nous-train", "init", "--run", "run.yaml", "--tokenizer", "tokenizer.json",
                  "-o", "base")
        self.tool("nous-train", "run", "--quiet", "--run", "run.yaml", "--base", "base", "--data",
                  "data", "--assignments", "assignments", "--key", "anna.json",
                  "-o", "anna.contribution")
        self.tool("nous-merge", "--quiet", "--unverified", "--run", "run.yaml", "--base", "base",
                  "anna.contribution", "-o", "next")
        return [members(self.work / name) for name in ("base", "anna.contribution", "next")]


LAYER = ("input_layernorm", "self_attn.q_proj", "self_attn.k_proj", "self_attn.v_proj", "self_attn.o_proj",
         "post_attention_layernorm", "mlp.gate_proj", "mlp.up_proj", "mlp.down_proj")


def place(name):
    """Where a tensor stands in layout order (docs/model.md), which is not the order of names."""
    parts = name.split(".")
    if parts[1] == "layers":
        return 1, int(parts[2]), LAYER.index(".".join(parts[3:-1]))
    return {"model.embed_tokens.weight": 0, "model.norm.weight": 2, "lm_head.weight": 3}[name], 0, 0


def test_contribution(run, transform, kind):
    base, contribution, following = run.round(transform, kind)
    before, after = tensors(base["model.safetensors"]), tensors(following["model.safetensors"])
    before = dict(sorted(before.items(), key=lambda item: place(item[0])))
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
