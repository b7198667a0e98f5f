#!/usr/bin/env python3
"""Three exact workers and examples/pytorch-worker.py train one model; then the latter lies.

  test_pytorch_worker.py TOOLS [--python PYTHON]... [--steps N] [--values FORMAT] [--rounds N] [--seed N] [--thorough]

The run's loss on held-out text must fall; every contribution that PyTorch made honestly in single precision must
be plausible, whatever its threads and version, and every lie refused. Prints how far each is from our own work;
docs/tolerance.md has the bounds. PYTHON is an interpreter with another torch.
"""
import argparse
import json
import subprocess
import sys
import tempfile
from itertools import chain, islice
from pathlib import Path

import numpy as np
import torch
import yaml

from mixed_run import EXACT, FOREIGN, MixedRun, Reference, Work, load_worker

worker = load_worker()
PRECISION = "import torch; torch.set_float32_matmul_precision('{}')"
# Products of a GPU's tensor cores: inputs rounded to so many bits, added up in single precision.
ROUNDED = f"import sys; sys.path.insert(0, {str(Path(__file__).parent)!r}); import rounded_products as r; r.use({{}})"
failures = []


def check(condition, what):
    if not condition:
        failures.append(what)
        print(f"FAILED: {what}")


def honest_ways(pythons):
    """Ways of doing the work that are all honest: a name, and arguments of `train_elsewhere`."""
    here = {"python": sys.executable}
    yield "PyTorch, 1 thread", here
    yield "PyTorch, 2 threads", {**here, "threads": 2}
    for python in pythons:
        yield f"PyTorch {version(python)}", {"python": python}
    yield "matrix products 'high'", {**here, "prelude": PRECISION.format("high")}
    yield "matrix products 'medium'", {**here, "prelude": PRECISION.format("medium")}


def coarse_ways():
    """Ways that are honest but not in single precision: what a GPU's tensor cores compute if told to."""
    yield "products of 11 bits (TF32)", ROUNDED.format(11)
    yield "products of 8 bits (bfloat16)", ROUNDED.format(8)


def version(python):
    command = [python, "-c", "import torch; print(torch.__version__)"]
    return subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout.strip()


class Skipping(list):
    """Batches of which some are left out, among as many as there should be."""

    def __init__(self, batches, left_out):
        super().__init__(batch for step, batch in enumerate(batches) if step not in left_out)
        self.count = len(batches)

    def __len__(self):
        return self.count


class Liar:
    """The foreign worker of a round, with everything it needs to publish something else."""

    def __init__(self, run, number, honest):
        self.run, self.number, self.honest = run, number, honest
        self.settings = yaml.safe_load((run.work / "run.yaml").read_text())
        _, base = worker.read_bundle(run.work / f"checkpoint-{number - 1}", "checkpoint")
        self.config, stored = json.loads(base["config.json"]), worker.load(base["model.safetensors"])
        self.start = {name: stored[name] for name in honest.names}
        self.key = worker.read_key(run.work / f"{FOREIGN}.json")
        self.random = np.random.default_rng(number)

    def batches(self, name=FOREIGN):
        lines = map(json.loads, (self.run.work / f"assignments-{self.number}").read_text().splitlines())
        (mine,) = [line for line in lines if line["worker"] == self.run.keys[name]]
        _, rows = worker.read_rows(self.run.work / "data", np.array(mine["sequences"]))
        return torch.from_numpy(rows).split(mine["batch"])

    def trained(self, batches, rate=1.0):
        """The update of a training on other batches, or at another rate, and its losses."""
        settings = {**self.settings, "schedule": {**self.settings["schedule"]}}
        settings["schedule"]["peak"] *= rate
        p = {name: torch.tensor(value, requires_grad=True) for name, value in self.start.items()}
        losses = worker.train(settings, p, self.config, batches, self.number)
        return {name: (self.start[name] - p[name].detach().numpy()).ravel() for name in p}, losses

    def changed(self, change, only=""):
        """The honest update with some tensors changed."""
        return {name: change(sent) if only in name else sent for name, sent in self.honest.update.items()}

    def moved(self, share):
        """The honest update with a share of what was sent of each tensor sent from other places."""
        def move(sent):
            sent, places = sent.copy(), np.flatnonzero(sent)
            for place in self.random.permutation(places)[:round(share * len(places))]:
                chunk = np.arange(place // 256 * 256, min(place // 256 * 256 + 256, sent.size))
                free = chunk[sent[chunk] == 0]
                if free.size:
                    other = self.random.choice(free)
                    sent[place], sent[other] = 0, sent[place] * self.random.choice([-1, 1])
            return sent
        return self.changed(move)

    def publish(self, output, update, losses=None):
        claim = {**self.honest.claim, **({} if losses is None else {"loss_micronats": losses})}
        _, members = worker.read_bundle(self.run.work / f"{FOREIGN}-{self.number}", "contribution")
        coded = worker.encode_update([update[name].ravel() for name in self.honest.names], self.run.codec)
        worker.write_bundle(self.run.work / output, "contribution", [
            ("contribution.json", json.dumps(claim, indent=2).encode() + b"\n"),
            ("trace.ndjson", members["trace.ndjson"]), ("update.nous", coded)], *self.key)

    def flipped(self, share):
        return self.changed(lambda sent: sent * np.where(self.random.random(sent.size) < share, -1, 1))

    def lies(self, copied):
        """Lies that must be refused, by those who know the honest losses unless they say others."""
        yield "a layer negated", self.changed(np.negative, "layers.1."), None
        yield "a matrix negated", self.changed(np.negative, "layers.2.self_attn.k_proj"), None
        batches, half = self.batches(), self.run.steps // 2
        other_data = self.trained(self.batches(EXACT[0]))
        skipped, theirs = self.trained(Skipping(batches, range(half, len(batches))))
        yield "another worker's data", *other_data
        yield "another worker's data, honest losses", other_data[0], None
        yield "another worker's update", copied.update, None
        yield "half of the steps, the last loss repeated", skipped, theirs + theirs[-1:] * (len(batches) - half)
        yield "half of the steps, honest losses", skipped, None
        yield "twice the rate", *self.trained(batches, 2.0)
        yield "nothing", self.changed(np.zeros_like), None
        yield "ten times as long", self.changed(lambda sent: 10 * sent), None
        yield "noise as long", self.changed(self.random.permutation), None
        yield "honest places, random signs", self.flipped(0.5), None
        yield "a tenth of the signs flipped", self.flipped(0.1), None
        yield "a tenth sent from elsewhere", self.moved(0.1), None
        losses = self.honest.claim["loss_micronats"]
        yield "losses 1 % lower", self.honest.update, [loss * 99 // 100 for loss in losses]

    def near_lies(self):
        """What comes near the bounds, on one side or the other."""
        batches = self.batches()
        last = len(batches) - 1
        yield "the last step skipped, honest losses", self.trained(Skipping(batches, [last]))[0], None
        yield "a step in the middle skipped, honest losses", self.trained(Skipping(batches, [last // 2]))[0], None
        yield "10 % more rate", *self.trained(batches, 1.1)
        yield "5 % more rate", *self.trained(batches, 1.05)
        yield "1 % more rate", *self.trained(batches, 1.01)
        yield "1 % of the signs flipped", self.flipped(0.01), None
        yield "1 % sent from elsewhere", self.moved(0.01), None
        yield "0.1 % sent from elsewhere", self.moved(0.001), None
        yield "0.02 % sent from elsewhere", self.moved(0.0002), None
        yield "10 % longer", self.changed(lambda sent: sent * 1.1), None


def judge(run, number, reference, works):
    """Judges works, each a name, what the verdict must be (any if None) and a file, and prints them."""
    for (name, expected, output), verdict in zip(works, run.judge(number, *[work[2] for work in works])):
        distance = reference.distance(Work(run, output))
        print(f"{number:2}  {name:40} {distance['loss']:9} {distance['whole']:9} {distance['tensor']:9} "
              f"{distance['length']:8} {distance['tensor_length']:8}  {verdict['verdict']}")
        if verdict["verdict"] != "plausible":
            print(f"      {verdict['reason']}")
        check(expected in (None, verdict["verdict"]), f"round {number}: {name}: expected {expected}")
    sys.stdout.flush()


def works_of(run, number, pythons, is_thorough):
    """Honest work and lies of one round: names, what the verdict must be (any if None), and files."""
    for way, (name, arguments) in enumerate(honest_ways(pythons if is_thorough else [])):
        output = f"{FOREIGN}-{number}" + (f"-{way}" if way else "")
        run.train_elsewhere(number, output, **arguments)
        yield name, "plausible", output
        if not is_thorough:
            break
    liar = Liar(run, number, Work(run, f"{FOREIGN}-{number}"))
    if is_thorough:
        run.train(number, FOREIGN, f"blas-{number}", "--arithmetic", "tolerant")
        yield "nous-train with OpenBLAS", "plausible", f"blas-{number}"
        for way, (name, prelude) in enumerate(coarse_ways()):
            run.train_elsewhere(number, f"coarse-{number}-{way}", python=sys.executable, prelude=prelude)
            yield name, None, f"coarse-{number}-{way}"
    lies = chain(((*lie, "not-reproduced") for lie in liar.lies(Work(run, f"{EXACT[1]}-{number}"))),
                 ((*lie, None) for lie in liar.near_lies()))
    for lie, (name, update, losses, expected) in enumerate(islice(lies, None if is_thorough else 1)):
        liar.publish(f"lie-{number}-{lie}", update, losses)
        yield name, expected, f"lie-{number}-{lie}"


def train_round(run, number, pythons, is_thorough):
    """One round: honest work, merged and paid, and lies about it."""
    run.open(number)
    for name in EXACT:
        run.train(number, name, f"{name}-{number}", "--state", f"states/{name}")
    judge(run, number, Reference(run, number), list(works_of(run, number, pythons, is_thorough)))
    contributions = [f"{name}-{number}" for name in (*EXACT, FOREIGN)]
    verdicts = run.judge(number, *contributions)
    expected = dict.fromkeys((run.keys[name] for name in EXACT), "accepted") | {run.keys[FOREIGN]: "plausible"}
    check({line.get("worker"): line["verdict"] for line in verdicts} == expected, f"round {number}: the verdicts")
    report, settlement = run.settle(number, contributions, verdicts)
    share = report[run.keys[FOREIGN]]["weight"]
    check(abs(share - 1 / 7) < 1e-9, f"round {number}: a share of half the tokens: {share}")
    pay = {line["worker"]: int(line["amount"]) for line in settlement["credits"]}
    check(pay[run.keys[FOREIGN]] == 1250 and pay[run.keys[EXACT[0]]] == 2500, f"round {number}: the pay: {pay}")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("tools")
    parser.add_argument("--python", action="append", default=[])
    for option, default in (("--steps", 8), ("--rounds", 3), ("--seed", 1)):
        parser.add_argument(option, type=int, default=default)
    parser.add_argument("--values", default="sign")
    parser.add_argument("--thorough", action="store_true", help="all ways and lies in every round")
    options = parser.parse_args()
    torch.set_num_threads(1)
    with tempfile.TemporaryDirectory() as directory:
        run = MixedRun(options.tools, Path(directory) / "run", steps=options.steps, seed=options.seed,
                       values=options.values)
        print(f"{options.steps} steps a round, values as {options.values}, seed {options.seed}, "
              f"torch {torch.__version__}\n"
              f"    {'':40} {'loss':>9} {'aligned':>9} {'tensors':>9} {'length':>8} {'tensors':>8}\n"
              f"    {'':40} {'micronats':>9} {'ppm':>9} {'from ppm':>9} {'off ppm':>8} {'to ppm':>8}")
        losses = [run.held_out_loss(0)]
        for number in range(1, options.rounds + 1):
            train_round(run, number, options.python, options.thorough or number == 1)
            losses.append(run.held_out_loss(number))
        print("loss on held-out text:", *losses)
        check(all(after < before for before, after in zip(losses, losses[1:])), "the loss falls every round")
    sys.exit(1 if failures else 0)


if __name__ == "__main__":
    main()
