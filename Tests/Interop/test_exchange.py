#!/usr/bin/env python3
"""Token files: nanoGPT's, llm.c's and Megatron-LM's ways of reading open our exports token for token, and
`nous-shard import` reads files that they would write.

    python3 Tests/Interop/test_exchange.py path/to/nous-shard

Needs numpy, and torch with a network for Megatron-LM's own module. Exits 1 at the first mismatch.
"""
import importlib.util
import json
import random
import struct
import subprocess
import sys
import tempfile
import types
import zipfile
from pathlib import Path

import numpy as np

SHARD = sys.argv[1]
MEGATRON = "megatron-core==0.14.0"
WORK = Path(tempfile.mkdtemp(prefix="nous-exchange-"))


def run(*arguments):
    return subprocess.run([SHARD, *map(str, arguments)], check=True, capture_output=True, text=True).stdout


def expect(name, condition):
    if not condition:
        sys.exit(f"FAILED: {name}")
    print(f"ok: {name}")


def stream(corpus, split):
    """The tokens of a split by `cat --ids`, each once."""
    rows = json.loads(run("inspect", "--json", "--summary-only", corpus))[split]["rows"]
    flags = ["--held-out"] if split == "held_out" else []
    lines = run("cat", *flags, "--ids", corpus, f"0-{rows - 1}").splitlines()
    tokens = [int(word) for number, line in enumerate(lines) for word in line.split()[number > 0:]]
    return np.array(tokens)


def root(corpus):
    return json.loads(run("inspect", "--json", corpus))["train"]["root"]


# nanoGPT, train.py get_batch: np.memmap of uint16, nothing else.
def nanogpt(path):
    return np.memmap(path, dtype=np.uint16, mode="r")


# llm.c, dev/data/data_common.py and llmc/dataloader.h: 256 int32, then ntok tokens to the end of the file.
def llmc(path):
    header = np.fromfile(path, dtype=np.int32, count=256)
    width = {(20240520, 1): np.uint16, (20240801, 7): np.uint32}[tuple(map(int, header[:2]))]
    tokens = np.memmap(path, dtype=width, mode="r", offset=1024)
    expect(f"{path.name}: header counts its tokens", len(tokens) == header[2] and not header[3:].any())
    return tokens


# Megatron-LM, megatron/core/datasets/indexed_dataset.py: the index says where each sequence lies.
def megatron(prefix):
    with open(f"{prefix}.idx", "rb") as file:
        assert file.read(9) == b"MMIDIDX\x00\x00"
        version, code, sequences, marks = struct.unpack("<QBQQ", file.read(25))
        assert version == 1
        lengths, pointers, documents = (
            np.frombuffer(file.read(n * np.dtype(t).itemsize), t)
            for n, t in ((sequences, np.int32), (sequences, np.int64), (marks, np.int64)))
        assert not file.read()
    dtype = {8: np.uint16, 4: np.int32}[code]
    data = np.memmap(f"{prefix}.bin", dtype=np.uint8, mode="r")
    parts = [np.frombuffer(data, dtype, n, p) for n, p in zip(lengths, pointers)]
    return parts, documents


def megatron_module():
    """Megatron-LM's own module out of its wheel, with what it imports from its siblings left out."""
    subprocess.run([sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--only-binary=:all:",
                    "--python-version", "3.12", "--platform", "manylinux_2_28_x86_64", "--platform", "manylinux2014_x86_64",
                    "--dest", WORK, MEGATRON], check=True)
    wheel = zipfile.ZipFile(next(WORK.glob("megatron_core*.whl")))
    source = WORK / "indexed_dataset.py"
    source.write_bytes(wheel.read("megatron/core/datasets/indexed_dataset.py"))

    class Anything(types.ModuleType):
        __path__ = []

        def __getattr__(self, name):
            if name.startswith("__"):
                raise AttributeError(name)
            return type(name, (), {})
    for name in ("megatron", "megatron.core", "megatron.core.msc_utils", "megatron.core.utils",
                 "megatron.core.datasets", "megatron.core.datasets.object_storage_utils",
                 "megatron.core.datasets.utils_s3"):
        sys.modules[name] = Anything(name)
    storage = sys.modules["megatron.core.datasets.object_storage_utils"]
    storage.is_object_storage_path = sys.modules["megatron.core.datasets.utils_s3"].is_s3_path = lambda path: False
    sys.modules["megatron.core.utils"].log_single_rank = lambda *arguments, **options: None
    multi = type("MultiStorageClientFeature", (), {"is_enabled": staticmethod(lambda: False)})
    sys.modules["megatron.core.msc_utils"].MultiStorageClientFeature = multi
    specification = importlib.util.spec_from_file_location("indexed_dataset", source)
    module = importlib.util.module_from_spec(specification)
    specification.loader.exec_module(module)
    return module


def make_corpora():
    words = "the of and to in a that it is was for on with as his they at be this from".split()
    texts = WORK / "texts"
    texts.mkdir()
    chance = random.Random(1)
    for number in range(200):
        text = " ".join(chance.choices(words, k=chance.randrange(1, 400)))
        (texts / f"{number:03}").write_text(f"{text}\n")
    run("tokenizer", "-q", "--vocabulary-size", 300, "-o", WORK / "narrow.json", texts)
    # The same tokenizer with tokens that need four bytes.
    wide = json.loads((WORK / "narrow.json").read_text())
    for number in range(70_000):
        wide["model"]["vocab"][f"<unused{number}>"] = 300 + number
    (WORK / "wide.json").write_text(json.dumps(wide, ensure_ascii=False))
    for kind in ("narrow", "wide"):
        run("pack", "-q", "-t", WORK / f"{kind}.json", "--sequence-length", 64, "--held-out", "10%", "--shard-rows", 50,
            "-o", WORK / kind, texts)


def check_exports(kind):
    corpus = WORK / kind
    out = {name: WORK / f"{kind}-{name}" for name in ("nanogpt", "llm.c", "megatron")}
    for name, directory in out.items():
        if (kind, name) == ("wide", "nanogpt"):
            refused = subprocess.run([SHARD, "export", "--format", name, "-o", directory, corpus], capture_output=True)
            expect("wide tokens are refused for nanoGPT", refused.returncode == 65 and not directory.exists())
        else:
            run("export", "--format", name, "--tokens-per-file", 5000, "-o", directory, corpus)
    for split, file in (("train", "train"), ("held_out", "val")):
        tokens = stream(corpus, split)
        if kind == "narrow":
            expect(f"nanoGPT reads {file}", np.array_equal(nanogpt(out["nanogpt"] / f"{file}.bin"), tokens))
        parts = [llmc(path) for path in sorted(out["llm.c"].glob(f"{file}_*.bin"))]
        expect(f"llm.c reads {kind} {file} in {len(parts)} files", np.array_equal(np.concatenate(parts), tokens)
               and all(len(part) == 5000 for part in parts[:-1]))
        parts, documents = megatron(out["megatron"] / file)
        expect(f"Megatron's format: {kind} {file}", np.array_equal(np.concatenate(parts), tokens)
               and np.array_equal(documents, np.arange(len(parts) + 1)))
        expect(f"documents end with end of text: {kind} {file}", all(
            part[-1] == 0 and (part[:-1] != 0).all() for part in parts[:-1]))
    return out


def check_imports(kind, out):
    def load(name, format, *files):
        run("import", "--format", format, "-t", WORK / f"{kind}.json", "--sequence-length", 64, "-o", WORK / name, *files)
        return root(WORK / name)
    same = root(WORK / kind)
    if kind == "narrow":
        expect("nanoGPT files come back with the same root", load("n", "nanogpt", out["nanogpt"] / "train.bin") == same)
    expect(f"llm.c files come back with the same root: {kind}",
           load(f"l-{kind}", "llm.c", *sorted(out["llm.c"].glob("train_*.bin"))) == same)
    expect(f"Megatron files come back with the same root: {kind}",
           load(f"m-{kind}", "megatron", out["megatron"] / "train.bin") == same)


def check_others():
    """Files written as the others' own scripts write them."""
    chance = np.random.default_rng(1)
    documents = [chance.integers(1, 300, chance.integers(1, 90)) for _ in range(300)]
    stream_after = np.concatenate([np.append(d, 0) for d in documents])
    stream_before = np.concatenate([np.insert(d, 0, 0) for d in documents])
    # nanoGPT data/openwebtext/prepare.py: end of text after each document, tofile of a uint16 memmap.
    stream_after.astype(np.uint16).tofile(WORK / "their.bin")
    # llm.c dev/data/fineweb.py: end of text before each document, header by write_datafile.
    header = np.zeros(256, np.int32)
    header[:3] = 20240801, 7, len(stream_before)
    with open(WORK / "their-llmc.bin", "wb") as file:
        file.write(header.tobytes() + stream_before.astype(np.uint32).tobytes())
    for name, format, file, tokens in (("a", "nanogpt", "their.bin", stream_after),
                                       ("b", "llm.c", "their-llmc.bin", stream_before)):
        run("import", "--format", format, "-t", WORK / "narrow.json", "--sequence-length", 32, "-o", WORK / name, WORK / file)
        found = stream(WORK / name, "train")
        expect(f"{format}: what its script writes comes in token for token",
               len(tokens) - len(found) < 32 and np.array_equal(found, tokens[:len(found)]))
        summary = json.loads(run("inspect", "--json", WORK / name))
        expect(f"{format}: as {len(documents)} documents", summary["input"]["documents"] == len(documents))


def check_megatron(out):
    module = megatron_module()
    for name in ("train", "val"):
        data = module.IndexedDataset(str(out["megatron"] / name), mmap=True)
        expect(f"Megatron-LM's own reader opens {name}", np.array_equal(
            np.concatenate([data[i] for i in range(len(data))]),
            stream(WORK / "narrow", "train" if name == "train" else "held_out")))
    import torch
    builder = module.IndexedDatasetBuilder(str(WORK / "built.bin"), dtype=np.int32)
    chance = np.random.default_rng(2)
    tokens = []
    for _ in range(100):
        pieces = [chance.integers(1, 300, chance.integers(1, 60)) for _ in range(chance.integers(1, 4))]
        pieces[-1][-1] = 0
        tokens += pieces
        builder.add_document(torch.tensor(np.concatenate(pieces)), [len(piece) for piece in pieces])
    builder.finalize(str(WORK / "built.idx"))
    run("import", "--format", "megatron", "-t", WORK / "narrow.json", "--sequence-length", 32, "-o", WORK / "c", WORK / "built.bin")
    tokens = np.concatenate(tokens)
    found = stream(WORK / "c", "train")
    expect("what Megatron-LM's own builder wrote comes in token for token",
           len(tokens) - len(found) < 32 and np.array_equal(found, tokens[:len(found)]))
    expect("as 100 documents", json.loads(run("inspect", "--json", WORK / "c"))["input"]["documents"] == 100)


make_corpora()
narrow = check_exports("narrow")
check_imports("narrow", narrow)
check_imports("wide", check_exports("wide"))
check_others()
check_megatron(narrow)
