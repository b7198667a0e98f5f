#!/usr/bin/env python3
"""Packs documents as docs/formats/shard.md says, by a program of its own, and compares data roots.

  test_packing.py path/to/nous-shard

Only the tokens come from nous-shard (`encode`). The documents make more than one window.
"""
import bisect
import hashlib
import json
import random
import subprocess
import sys
import tempfile
from pathlib import Path

END = 0


def merkle(leaves):
    level = [hashlib.sha256(b"\0" + leaf).digest() for leaf in leaves]
    while len(level) > 1:
        pairs = [hashlib.sha256(b"\1" + a + b).digest() for a, b in zip(level[::2], level[1::2])]
        level = pairs + level[len(level) // 2 * 2:]
    return (level[0] if level else hashlib.sha256().digest()).hex()


def leaf(tokens, segments):
    return (b"".join(t.to_bytes(2, "little") for t in tokens)
            + b"".join(n.to_bytes(4, "little") for n in segments))


def concatenate(documents, T, reset):
    stream = [token for document in documents for token in document]
    starts, position = [], 0
    for document in documents:
        starts.append(position)
        position += len(document)
    for start in range(0, len(stream) - T, T):
        end = start + T + 1
        cuts = starts[bisect.bisect_right(starts, start):bisect.bisect_left(starts, end)]
        bounds = [start, *cuts, end]
        segments = [b - a for a, b in zip(bounds, bounds[1:])] if reset else []
        yield leaf(stream[start:end], segments)


def windows(documents, T):
    window, size = [], 0
    for document in documents:
        for start in range(0, len(document) - 1, T):
            window.append(document[start:start + T + 1])
            size += len(window[-1])
            if size >= max(1 << 22, 16 * (T + 1)):
                yield window
                window, size = [], 0
    yield window


def best_fit(documents, T):
    for window in windows(documents, T):
        rows, by_space = [], {}
        spaces = []  # the spaces that some row has left, ascending
        for piece in sorted(window, key=len, reverse=True):
            at = bisect.bisect_left(spaces, len(piece))
            space = spaces[at] if at < len(spaces) else T + 1
            if at < len(spaces):
                row = by_space[space].pop()
                if not by_space[space]:
                    del by_space[space], spaces[at]
            else:
                row = []
                rows.append(row)
            row.append(piece)
            left = space - len(piece)
            if left not in by_space:
                bisect.insort(spaces, left)
            by_space.setdefault(left, []).append(row)
        for row in rows:
            tokens = [token for piece in row for token in piece]
            yield leaf(tokens + [0] * (T + 1 - len(tokens)), [len(piece) for piece in row])


def main(tool):
    draw = random.Random(4)
    words = ["".join(draw.choices("abcdefghijklmnop", k=draw.randint(1, 9))) for _ in range(500)]
    texts = [" ".join(draw.choices(words, k=int(draw.lognormvariate(5, 1.5)) + 1))
             for _ in range(1800)]
    with tempfile.TemporaryDirectory() as directory:
        path = Path(directory)
        (path / "text").mkdir()
        for number, text in enumerate(texts):
            (path / "text" / f"{number:06}").write_text(text)
        tokenizer, corpus = path / "t.json", path / "corpus"
        (path / "sample").write_text("\n".join(words[:20]))
        subprocess.run([tool, "tokenizer", "--vocabulary-size", "270", "-q", "-o", tokenizer,
                        path / "sample"], check=True)
        lines = subprocess.run(
            [tool, "encode", "-t", tokenizer, "--json-lines"], check=True, capture_output=True,
            input="".join(json.dumps(text) + "\n" for text in texts).encode()).stdout.splitlines()
        documents = [[int(token) for token in line.split()] + [END] for line in lines]
        print(f"{len(documents)} documents, {sum(map(len, documents))} tokens")
        assert sum(map(len, documents)) > 1 << 22, "one window is no test"
        good = True
        for T, policy, reset in [(100, "concatenate", False), (100, "concatenate", True),
                                 (100, "best-fit", True), (1000, "best-fit", False)]:
            options = ["--packing", policy] + ["--reset-attention"] * reset
            subprocess.run(["rm", "-rf", corpus], check=True)
            subprocess.run([tool, "pack", "-q", "-t", tokenizer, "--sequence-length", str(T),
                            *options, "-o", corpus, path / "text"], check=True)
            summary = json.loads(subprocess.run(
                [tool, "inspect", "--json", corpus], check=True, capture_output=True).stdout)
            leaves = list(concatenate(documents, T, reset) if policy == "concatenate"
                          else best_fit(documents, T))
            same = (summary["train"]["root"], summary["train"]["rows"]) == (
                merkle(leaves), len(leaves))
            good = good and same
            print(f"{'ok' if same else 'FAILED':6} {policy}, T = {T}, reset {reset}: "
                  f"{len(leaves)} rows, {summary['train']['padding_tokens']} tokens of padding")
        return good


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    sys.exit(0 if main(sys.argv[1]) else 1)
