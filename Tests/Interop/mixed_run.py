"""A run of three exact workers and one that trains with PyTorch, on the Bible, with its ledger."""
import hashlib
import importlib.util
import json
import os
import subprocess
from pathlib import Path

import numpy as np

import corpus
import update_format
from tiny_run import members, tensors

WORKER = Path(__file__).resolve().parent.parent.parent / "examples" / "pytorch-worker.py"
EXACT = ("anna", "boris", "chen")
FOREIGN = "dora"

RUN = """\
nous-tools: run v1
name: mixed
arithmetic: {{class: exact, version: 1}}
model:
  vocab_size: 512
  hidden_size: 64
  intermediate_size: 176
  num_hidden_layers: 3
  num_attention_heads: 4
  num_key_value_heads: 2
  head_dim: 16
  max_position_embeddings: 64
  rms_norm_eps: 1.0e-5
  rope_theta: 10000.0
  tie_word_embeddings: {tied}
tokenizer: {tokenizer}
data: {{root: {root}, held_out: {held_out}, sequence_length: 64}}
seed: {seed}
optimizer: {{name: adamw, beta1: 0.9, beta2: 0.95, epsilon: 1.0e-8, weight_decay: 0.1, gradient_clip: 1.0}}
schedule: {{kind: constant, peak: {peak}, warmup_steps: 10}}
round: {{steps: {steps}, batches: {batches}, batch: 8, segment_steps: 4}}
codec: {{name: chunked-top-k v1, transform: none, chunk: 256, keep: {keep}, values: {values}, error_feedback: 0.95}}
merge: {{rule: {rule}}}
tolerant: {{weight: 0.5, cap: 0.25, pay_ppm: 500000}}
outer: {{name: sgd, rate: 1.0}}
reward:
  rule: pro-rata-verified-tokens v1
  symbol: MIXED
  decimals: 0
  supply: "1000000"
  per_round: "10000"
  slash_ppm: 500000
"""


def load_worker():
    spec = importlib.util.spec_from_file_location("pytorch_worker", WORKER)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


class MixedRun:
    """A run in a directory of its own; every worker takes `steps` inner steps a round."""

    def __init__(self, tools, work, *, steps=8, seed=1, values="sign", keep=32, peak="3.0e-3", tied="true",
                 rule="weighted-mean v1"):
        self.tools, self.work, self.steps = Path(tools).resolve(), work, steps
        self.codec = {"chunk": 256, "keep": keep, "values": values}
        (work / "text").mkdir(parents=True)
        bible = "".join(corpus.bible()[:16])
        for start in range(0, len(bible), 4_000):
            (work / "text" / f"{start:06d}.txt").write_text(bible[start:start + 4_000])
        self.tool("nous-shard", "tokenizer", "--quiet", "--vocabulary-size", "512", "-o", "tokenizer.json", "text")
        self.tool("nous-shard", "pack", "--quiet", "-t", "tokenizer.json", "--sequence-length", "64",
                  "--held-out", "10%", "-o", "data", "text")
        packed = json.loads(self.tool("nous-shard", "inspect", "--json", "data"))
        (work / "run.yaml").write_text(RUN.format(
            tokenizer=hashlib.sha256((work / "tokenizer.json").read_bytes()).hexdigest(), seed=seed, values=values,
            root=packed["train"]["root"], held_out=packed["held_out"]["root"], steps=steps, keep=keep, peak=peak,
            batches=4 * steps, tied=tied, rule=rule))
        for name in ("operator", "verifier", *EXACT, FOREIGN):
            self.tool("nous-ledger", "keygen", "--quiet", "--seed-from", name, "-o", f"{name}.json")
        self.keys = {name: self.tool("nous-ledger", "keygen", "--public", f"{name}.json").decode().strip()
                     for name in ("verifier", *EXACT, FOREIGN)}
        grants = [word for name in (*EXACT, FOREIGN) for word in ("--grant", f"{self.keys[name]}=100")]
        self.tool("nous-ledger", "init", "ledger", "--run", "run.yaml", "--operator-key", "operator.json",
                  "--verifier", self.keys["verifier"], *grants)
        for name in (*EXACT, FOREIGN):
            self.tool("nous-ledger", "join", "ledger", "--quiet", "--operator-key", "operator.json", "--key",
                      f"{name}.json", "--stake", "100", "--throughput", "1", "--round", "1")
        self.tool("nous-train", "init", "--run", "run.yaml", "--tokenizer", "tokenizer.json", "-o", "checkpoint-0")

    def tool(self, name, *arguments, statuses=(0,)):
        done = subprocess.run([self.tools / name, *map(str, arguments)], cwd=self.work, stdout=subprocess.PIPE)
        assert done.returncode in statuses, (name, arguments, done.returncode)
        return done.stdout

    def inputs(self, number):
        return "--run", "run.yaml", "--base", f"checkpoint-{number - 1}", "--data", "data"

    def open(self, number):
        """Opens a round: its roster and its assignments."""
        (self.work / f"roster-{number}").write_bytes(self.tool(
            "nous-ledger", "open", "ledger", "--operator-key", "operator.json", "--round", number))
        (self.work / f"assignments-{number}").write_bytes(self.tool(
            "nous-shard", "assign", "--run", "run.yaml", "--data", "data", "--roster", f"roster-{number}"))

    def train(self, number, name, output, *options):
        """An exact worker's contribution."""
        self.tool("nous-train", "run", "--quiet", *self.inputs(number), "--assignments", f"assignments-{number}",
                  "--key", f"{name}.json", "-o", output, *options)

    def train_elsewhere(self, number, output, *, python, prelude="pass", threads=1):
        """The contribution of the foreign worker, under an interpreter, after some Python."""
        script = f"import runpy\n{prelude}\nrunpy.run_path({str(WORKER)!r}, run_name='__main__')"
        arguments = [*self.inputs(number), "--assignments", f"assignments-{number}", "--key", f"{FOREIGN}.json",
                     "--output", output]
        subprocess.run([python, "-c", script, *arguments], check=True, cwd=self.work,
                       env={**os.environ, "OMP_NUM_THREADS": str(threads)})

    def judge(self, number, *contributions):
        """The verdicts on contributions, which may be refused."""
        lines = self.tool("nous-verify", "--quiet", *self.inputs(number), "--roster", f"roster-{number}", "--key",
                          "verifier.json", "--states", "judge", *contributions, statuses=(0, 1))
        return [json.loads(line) for line in lines.decode().splitlines()]

    def settle(self, number, contributions, verdicts):
        """Merges a round and pays for it: the merge's report by worker, and the settlement."""
        (self.work / f"verdicts-{number}").write_text("".join(json.dumps(line) + "\n" for line in verdicts))
        self.tool("nous-ledger", "append", "ledger", "--quiet", "--operator-key", "operator.json", *contributions,
                  f"verdicts-{number}")
        self.tool("nous-merge", "--quiet", "--run", "run.yaml", "--base", f"checkpoint-{number - 1}", "--verdicts",
                  f"verdicts-{number}", "--verifier", self.keys["verifier"], *contributions,
                  "-o", f"checkpoint-{number}", "--report", f"report-{number}")
        report = [json.loads(line) for line in (self.work / f"report-{number}").read_text().splitlines()]
        settlement = json.loads(self.tool("nous-ledger", "settle", "ledger", "--json", "--operator-key",
                                          "operator.json", "--round", number))
        return {line["worker"]: line for line in report}, settlement

    def held_out_loss(self, number):
        return json.loads(self.tool("nous-train", "eval", "--quiet", "--json", "--data", "data",
                                    f"checkpoint-{number}"))["loss_micronats"] / 1e6

    def reference(self, number):
        """What the exact worker with the foreign one's key and a fresh state makes of the round."""
        self.train(number, FOREIGN, f"reference-{number}", "--state", f"states-{number}")
        (state,) = (self.work / f"states-{number}").glob("*/*.tar.zst")
        return Work(self, f"reference-{number}"), tensors(members(state)["state.safetensors"])


class Work:
    """A contribution as it is read: its claim and the elements of its update, tensor by tensor."""

    def __init__(self, run, path):
        base = members(run.work / "checkpoint-0")
        self.names = run_names(json.loads(base["config.json"]))
        shapes = tensors(base["model.safetensors"])
        parts = members(run.work / path)
        self.claim = json.loads(parts["contribution.json"])
        _, flat = update_format.read_file(parts["update.nous"], [shapes[name].shape for name in self.names])
        self.update = dict(zip(self.names, flat))


def run_names(config):
    """The tensors of a model in layout order."""
    worker = load_worker()
    layers = [f"model.layers.{layer}.{name}" for layer in range(config["num_hidden_layers"])
              for name in worker.LAYER]
    head = [] if config["tie_word_embeddings"] else ["lm_head"]
    return [name + ".weight" for name in ("model.embed_tokens", *layers, "model.norm", *head)]


class Reference:
    """Our own work of a round, and how far others are from it (docs/tolerance.md)."""

    def __init__(self, run, number):
        self.work, state = run.reference(number)
        self.gradients = {name: state[f"residual.{name}"].ravel().astype(np.float64) + sent
                          for name, sent in self.work.update.items()}

    def reach(self, update, names):
        """The length of our pseudo-gradient along an update, and the length of the update."""
        product = sum(update[name].astype(np.float64) @ self.gradients[name] for name in names)
        length = np.sqrt(sum(np.square(update[name].astype(np.float64)).sum() for name in names))
        return (product / length if length else 0.0), length

    def distance(self, work):
        """The largest difference of losses in micronats; in parts per million, the alignment of the whole and
        the least of a tensor, and how far the lengths of the whole and of a tensor are off at most."""
        losses = zip(work.claim["loss_micronats"], self.work.claim["loss_micronats"])
        ratios = []
        for names in [[name] for name in work.names] + [work.names]:
            theirs, ours = self.reach(work.update, names), self.reach(self.work.update, names)
            ratios.append([round(1e6 * theirs[i] / ours[i]) if ours[i] else 1_000_000 for i in (0, 1)])
        return {"loss": max(abs(a - b) for a, b in losses), "whole": ratios[-1][0],
                "tensor": min(ratio[0] for ratio in ratios[:-1]),
                "length": abs(ratios[-1][1] - 1_000_000),
                "tensor_length": max(abs(ratio[1] - 1_000_000) for ratio in ratios[:-1])}
