"""A tiny run of some workers, trained and merged by the commands under test."""
import hashlib
import io
import json
import struct
import subprocess
import tarfile
from pathlib import Path

import numpy as np

VECTORS = Path(__file__).resolve().parent.parent / "Vectors"


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


LAYER = ("input_layernorm", "self_attn.q_proj", "self_attn.k_proj", "self_attn.v_proj", "self_attn.o_proj",
         "post_attention_layernorm", "mlp.gate_proj", "mlp.up_proj", "mlp.down_proj")


def place(name):
    """Where a tensor stands in layout order (docs/model.md), which is not the order of names."""
    parts = name.split(".")
    if parts[1] == "layers":
        return 1, int(parts[2]), LAYER.index(".".join(parts[3:-1]))
    return {"model.embed_tokens.weight": 0, "model.norm.weight": 2, "lm_head.weight": 3}[name], 0, 0


class TinyRun:
    """A run in a directory of its own; every worker has twice the throughput of the one before."""

    def __init__(self, tools, work, workers=("anna",)):
        self.tools, self.work, self.workers = tools, work, workers
        (work / "text").mkdir()
        for i in range(1, 41):
            (work / "text" / str(i)).write_text(" ".join(map(str, range(i, 3 * i + 1))) + "\n")
        self.tool("nous-shard", "tokenizer", "--quiet", "--vocabulary-size", "300", "-o",
                  "tokenizer.json", "text")
        self.tool("nous-shard", "pack", "--quiet", "-t", "tokenizer.json", "--sequence-length", "16",
                  "--held-out", "10%", "-o", "data", "text")
        for worker in workers:
            self.tool("nous-ledger", "keygen", "--quiet", "--seed-from", worker, "-o", f"{worker}.json")
        corpus = json.loads(self.tool("nous-shard", "inspect", "--json", "data"))
        tokenizer = hashlib.sha256((work / "tokenizer.json").read_bytes()).hexdigest()
        zeros = "0" * 64
        template = (VECTORS / "run" / "small.yaml").read_text()
        self.template = (template.replace(f"tokenizer: {zeros}", f"tokenizer: {tokenizer}")
                         .replace(f"  root: {zeros}", f"  root: {corpus['train']['root']}")
                         .replace(f"held_out: {zeros}", f"held_out: {corpus['held_out']['root']}"))

    def tool(self, name, *arguments):
        return subprocess.run([self.tools / name, *arguments], check=True, cwd=self.work,
                              stdout=subprocess.PIPE).stdout

    def round(self, changes):
        """Trains and merges one round under the template with some texts replaced by others: the
        members of the base, of every contribution and of the merge, and the merge's report."""
        text = self.template
        for old, new in changes.items():
            assert old in text, old
            text = text.replace(old, new)
        run = self.work / "run.yaml"
        run.write_text(text)
        keys = [self.tool("nous-ledger", "keygen", "--public", f"{worker}.json").decode().strip()
                for worker in self.workers]
        roster = {"type": "roster", "round": 1, "seed": "ab" * 32,
                  "run": hashlib.sha256(run.read_bytes()).hexdigest(),
                  "workers": [{"worker": key, "throughput": 2 ** i, "stake": "0"} for i, key in enumerate(keys)]}
        roster["workers"].sort(key=lambda entry: entry["worker"])
        (self.work / "roster").write_text(json.dumps(roster))
        (self.work / "assignments").write_bytes(self.tool(
            "nous-shard", "assign", "--run", "run.yaml", "--data", "data", "--roster", "roster"))
        contributions = [f"{worker}.contribution" for worker in self.workers]
        for name in ("base", *contributions, "next", "report"):
            (self.work / name).unlink(missing_ok=True)
        self.tool("nous-train", "init", "--run", "run.yaml", "--tokenizer", "tokenizer.json",
                  "-o", "base")
        for worker, contribution in zip(self.workers, contributions):
            self.tool("nous-train", "run", "--quiet", "--run", "run.yaml", "--base", "base", "--data",
                      "data", "--assignments", "assignments", "--key", f"{worker}.json",
                      "-o", contribution)
        self.tool("nous-merge", "--quiet", "--unverified", "--run", "run.yaml", "--base", "base",
                  *contributions, "-o", "next", "--report", "report")
        report = [json.loads(line) for line in (self.work / "report").read_text().splitlines()]
        return (members(self.work / "base"), [members(self.work / name) for name in contributions],
                members(self.work / "next"), report)

    def weights(self, checkpoint):
        """The tensors of a checkpoint's members in layout order."""
        return dict(sorted(tensors(checkpoint["model.safetensors"]).items(), key=lambda item: place(item[0])))
