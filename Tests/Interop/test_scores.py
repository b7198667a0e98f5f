#!/usr/bin/env python3
"""Derives all that `nous-verify score` prints from docs/formats/score.md alone, and compares.

  test_scores.py TOOLS

TOOLS is the directory of the built commands. Four workers train two rounds on the Bible; in the second one hands in
its update negated, and two hand in noisy copies, of another's update and of one of the round before. Then three
workers train a round under a cosine transform and the merge that is the default, and one works alone. transformers
computes the losses, openskill the ratings; all else is numpy. Exits 1 if anything differs.
"""
import base64
import hashlib
import itertools
import json
import sys
import tempfile
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
import yaml
from openskill.models import PlackettLuce
from safetensors.numpy import load
from transformers import AutoModelForCausalLM, LlamaConfig

import fraud_checker
import mixed_run
import test_merging
import update_format
from tiny_run import TinyRun

worker = mixed_run.load_worker()
FIELDS = ("type run round base contribution worker seed gains leave_one_out data_use standing nearest rating "
          "projections objections verifier signature").split()
SCORES = {"of": "all", "likeness_ppm": 500_000, "least_gain_micronats": 0, "least_data_use_micronats": 0,
          "length_milli": 2_000, "direction_milli": 2_000}
# Loss micronats beside the rounding, which is at most a half of a mean and one of a bound; units of a ratio; millionths.
MICRONATS, UNITS, RATING = 1.0, 1, 2
worst = {"micronats": 0.0, "ratios": 0, "ratings": 0.0}


def check(condition, what):
    if not condition:
        sys.exit(f"test_scores: mismatch: {what}")


def near(kind, found, expected, limit, what):
    worst[kind] = max(worst[kind], abs(found - expected))
    check(abs(found - expected) <= limit, f"{what}: {found}, expected {expected}")


# Seeds and slices

def drawn(rule, seed, number, subject, k, pool):
    """k different ones of a pool by Floyd's algorithm."""
    counter, taken, total = itertools.count(), set(), len(pool)

    def below(m):
        while True:
            data = rule.encode() + seed + number.to_bytes(8, "big") + subject + next(counter).to_bytes(8, "big")
            v = int.from_bytes(hashlib.sha256(data).digest()[:16], "big")
            if v < 2**128 - 2**128 % m:
                return v % m

    if total < k:
        return list(pool)
    for i in range(total - k, total):
        t = below(i + 1)
        taken.add(i if t in taken else t)
    return [pool[t] for t in sorted(taken)]


def all_rows(data, split="train"):
    corpus = json.loads(worker.read_bundle(data / "corpus.tar.zst", "corpus")[1]["corpus.json"])
    shards = [worker.read_bundle(data / "shards" / f"{shard['digest']}.tar.zst", "shard")[1]
              for shard in corpus[split]["shards"]]
    return np.concatenate([load(shard["tokens.safetensors"])["tokens"] for shard in shards]).astype(np.int64)


# Intervals

def quantile(degrees):
    """The 97.5th percentile of Student's distribution: with t = √n·tan θ its density is cosⁿ⁻¹ θ."""
    nodes, weights = np.polynomial.legendre.leggauss(400)
    integral = lambda end: end / 2 * np.sum(weights * np.cos(end / 2 * (nodes + 1)) ** (degrees - 1))
    low, high = 0.0, np.pi / 2
    for _ in range(80):
        middle = (low + high) / 2
        low, high = (middle, high) if integral(middle) < 0.95 * integral(np.pi / 2) else (low, middle)
    return np.sqrt(degrees) * np.tan(low)


def squared_error(d):
    return np.sum((d - d.mean()) ** 2) / ((len(d) - 1) * len(d))


def interval(mean, squared, degrees):
    reach = quantile(degrees) * np.sqrt(squared)
    return mean, mean - reach, mean + reach


def paired(d):
    return interval(d.mean(), squared_error(d), len(d) - 1)


def unpaired(a, b):
    (x, y), (n, m) = map(squared_error, (a, b)), (len(a) - 1, len(b) - 1)
    return interval(a.mean() - b.mean(), x + y, max(min(n, m), int((x + y) ** 2 / (x * x / n + y * y / m))))


def check_interval(found, expected, what):
    mean, low, high = (1e6 * value for value in expected)
    near("micronats", found["mean"], mean, 0.5 + MICRONATS, f"{what}: mean")
    near("micronats", found["low"] + 0.5, low, 0.5 + MICRONATS, f"{what}: low")
    near("micronats", found["high"] - 0.5, high, 0.5 + MICRONATS, f"{what}: high")


def check_measure(found, before, after, what):
    check(found["sequences"] == len(before), f"{what}: {found['sequences']} sequences, expected {len(before)}")
    near("micronats", found["before"], 1e6 * before.mean(), 0.5 + MICRONATS, f"{what}: before")
    check_interval(found["gain"], paired(before - after), what)


# Projections

def words(seed, count):
    """Words of stream 0: Philox4x32-10, docs/arithmetic.md, section 6."""
    index, low = np.arange(-(-count // 4), dtype=np.uint64), np.uint64(2**32 - 1)
    half, zeros = np.uint64(32), np.zeros(len(index), np.uint64)
    c, key = [index & low, index >> half, zeros, zeros], [seed & 2**32 - 1, seed >> 32]
    for _ in range(10):
        a, b = c[0] * np.uint64(0xD2511F53), c[2] * np.uint64(0xCD9E8D57)
        c = [b >> half ^ c[1] ^ np.uint64(key[0]), b & low, a >> half ^ c[3] ^ np.uint64(key[1]), a & low]
        key = [(k + w) % 2**32 for k, w in zip(key, (0x9E3779B9, 0xBB67AE85))]
    return np.stack(c, 1).ravel()[:count].astype(np.int64)


def project(elements, seed):
    w = words(int.from_bytes(seed[:8], "big"), len(elements))
    return np.bincount(w >> 18, weights=np.where(w & 1, -1.0, 1.0) * elements, minlength=16_384)


def deviations(values, least):
    middle = np.median(values)
    return (values - middle) / max(1.4826 * np.median(np.abs(values - middle)), least(middle))


def standings(lengths, units):
    """Thousandths, parts per million and thousandths, a row each; of the updates' lengths and directions."""
    others = units.sum(0) - units
    cosines = np.sum(units * others, 1) / np.linalg.norm(others, axis=1)
    return np.stack([1e3 * deviations(lengths, lambda middle: 0.01 * middle), 1e6 * cosines,
                     1e3 * deviations(cosines, lambda middle: 0.01)], 1)


def likeness(c, i, j, count):
    """Of updates i and j in parts per million; c are cosines, those of the round first. None with too few others."""
    others = [k for k in range(count) if k not in (i, j)]
    if len(others) < 2:
        return None
    mean = lambda n: np.mean([c[n, k] for k in others])
    q = np.mean([c[k, l] for k in others for l in others if k != l])
    a, b = ((min(max(mean(n) ** 2 / q, 0), 0.99) if q > 0 else 0.0) for n in (i, j))
    common = np.sqrt(a * b) if mean(i) * mean(j) > 0 else 0.0
    return 1e6 * min(1, (c[i, j] - common) / np.sqrt((1 - a) * (1 - b)))


# A round

class Round:
    """A round in a directory, and what its scores must be."""

    def __init__(self, run, base, assignments, contributions, key, seed, sequences=64, private=None, earlier=()):
        self.work, self.run, self.sequences, self.seed = run.work, run, sequences, bytes.fromhex(seed)
        self.settings = yaml.safe_load((self.work / "run.yaml").read_text())
        self.base, members = worker.read_bundle(self.work / base, "checkpoint")
        self.names, stored = mixed_run.run_names(json.loads(members["config.json"])), load(members["model.safetensors"])
        self.weights = {name: stored[name] for name in self.names}
        self.model = AutoModelForCausalLM.from_config(LlamaConfig(**json.loads(members["config.json"])))
        self.number = json.loads(members["lineage.json"])["round"] + 1
        self.claims, self.updates = self.read(contributions)
        self.earlier = self.read(earlier)[1]
        lines = map(json.loads, (self.work / assignments).read_text().splitlines())
        self.assignments = {line["worker"]: line for line in lines}
        pair = bytes(json.loads((self.work / key).read_text()))
        self.secret, self.verifier = pair[:32], pair[32:]
        self.rows = all_rows(self.work / "data")
        self.held = all_rows(self.work / private) if private else all_rows(self.work / "data", "held_out")

    def read(self, paths):
        """Claims and decoded tensors by digest, ascending."""
        bundles = sorted(worker.read_bundle(self.work / path, "contribution") for path in paths)
        shapes = [tensor.shape for tensor in self.weights.values()]
        return ({digest: json.loads(members["contribution.json"]) for digest, members in bundles},
                {digest: [tensor.astype(np.float64) for tensor in
                          update_format.read_file(members["update.nous"], shapes)[1]] for digest, members in bundles})

    def losses(self, digests, rows):
        """Of each row under the weights that a merge of these alone leads to."""
        parts, outer = list(self.weights.values()), self.settings["outer"]
        if digests:
            settings = dict(self.settings["merge"])
            step, _ = test_merging.merged(settings.pop("rule"), settings, [self.updates[d] for d in digests],
                                          [self.claims[d]["tokens"] for d in digests])
            step *= outer["rate"] * (1 + outer.get("momentum", 0))
            pieces = np.split(step, np.cumsum([part.size for part in parts])[:-1])
            if self.settings["codec"]["transform"] == "cosine":
                pieces = [update_format.inverse(piece, part.shape) for piece, part in zip(pieces, parts)]
            parts = [part - piece.reshape(part.shape) for piece, part in zip(pieces, parts)]
        self.model.load_state_dict({name: torch.tensor(part, dtype=torch.float32)
                                    for name, part in zip(self.names, parts)}, strict=False)
        with torch.no_grad():
            logits = self.model(torch.from_numpy(rows[:, :-1])).logits.double()
            loss = F.cross_entropy(logits.transpose(1, 2), torch.from_numpy(rows[:, 1:]), reduction="none").mean(1)
        return torch.nan_to_num(loss, nan=1000).clamp(max=1000).numpy()

    def slices(self, digest):
        line = self.assignments[self.claims[digest]["worker"]]
        subject = hashlib.sha256(json.dumps(line, sort_keys=True, separators=(",", ":")).encode()).digest()
        mine, others = line["sequences"], [row for other in self.assignments.values() if other is not line
                                           for row in other["sequences"]]
        rule = "nous-tools private slice v1"
        s = hashlib.sha256(rule.encode() + self.secret + bytes.fromhex(self.base)).digest()
        rows = {name: drawn(f"nous-tools {name} slice v1", self.seed, self.number, subject, self.sequences,
                                      pool) for name, pool in (("assigned", mine), ("random", others or range(len(self.rows))))}
        if not others:
            rows["random"] = [row for row in rows["random"] if row not in mine]
        rows = {name: self.rows[part] for name, part in rows.items()}
        rows["private"] = self.held[drawn(rule, s, 0, s, self.sequences, range(len(self.held)))]
        return {name: part for name, part in rows.items() if len(part) >= 2}

    def ratings(self, records, before):
        """Means and deviations in millionths, in the order of records."""
        model = PlackettLuce()
        teams = [[model.rating(*(value / 1e6 for value in before[record["worker"]].values()))
                  if record["worker"] in before else model.rating()] for record in records]
        if len(teams) == 1:
            return [(1e6 * team[0].mu, 1e6 * np.hypot(team[0].sigma, model.tau)) for team in teams]
        gains = [record["gains"]["private"]["gain"]["mean"] for record in records]
        check(len(set(gains)) == len(gains), "gains that are equal")
        return [(1e6 * team[0].mu, 1e6 * team[0].sigma) for team in model.rate(teams, scores=gains)]

    def score(self, options, before=(), sealed=()):
        """Checks the scores and returns them; `before` are those of the round before, `sealed` names in order."""
        records = [json.loads(line) for line in self.run.tool("nous-verify", "score", "--quiet", *options)
                   .decode().splitlines()]
        digests = list(self.updates)
        check([record["contribution"] for record in records] == digests, "the contributions in ascending order")
        projections = np.array([project(np.concatenate(tensors), self.seed)
                                for tensors in (*self.updates.values(), *self.earlier.values())])
        hashes = [hashlib.sha256(row.astype("<f8").tobytes()).digest() for row in projections[:len(digests)]]
        committed = hashlib.sha256(b"".join(hashes)).hexdigest()
        units = projections / np.linalg.norm(projections, axis=1)[:, None]
        cosines, lengths = units @ units.T, np.array([np.linalg.norm(np.concatenate(u)) for u in self.updates.values()])
        standing = standings(lengths, units[:len(digests)]) if len(digests) > 2 else None
        ratings = self.ratings(records, {record["worker"]: record["rating"] for record in before})
        for i, (digest, record) in enumerate(zip(digests, records)):
            what = f"round {self.number}, {digest[:8]}"
            self.check_header(record, what)
            check(record["projections"] == committed, f"{what}: projections")
            self.check_losses(digest, record, what)
            if standing is None:
                check(record["standing"] is None, f"{what}: a standing")
            else:
                for name, value in zip(("norm", "cosine", "direction"), standing[i]):
                    near("ratios", record["standing"][name], round(value), UNITS, f"{what}: {name}")
            alike = {other: likeness(cosines, i, j, len(digests))
                     for j, other in enumerate([*digests, *self.earlier]) if j != i}
            self.check_nearest(record, {other: value for other, value in alike.items() if value is not None}, what)
            for name, value in zip(("mean", "deviation"), ratings[i]):
                near("ratings", record["rating"][name], value, RATING, f"{what}: rating {name}")
            self.check_objections(record, alike, sealed, what)
        for r in records: print(r["standing"], r["nearest"], r["data_use"], r["gains"]["private"], r["rating"], r["objections"])
        return records

    def check_header(self, record, what):
        claim = self.claims[record["contribution"]]
        check(list(record) == FIELDS, f"{what}: the fields")
        check([record[name] for name in ("type", "run", "round", "base", "worker", "seed")] ==
              ["score", claim["run"], self.number, self.base, claim["worker"], self.seed.hex()], f"{what}: who and what")
        record = dict(record)
        _, name, signature = record.pop("signature").split(" ")
        text = json.dumps(record, sort_keys=True, separators=(",", ":"), ensure_ascii=False) + "\n"
        signature, key = base64.b64decode(signature), fraud_checker.base58(name)
        check(key == self.verifier and name == record["verifier"], f"{what}: the verifier")
        check(signature[:4] == hashlib.sha256(name.encode() + b"\n\1" + key).digest()[:4], f"{what}: the key id")
        fraud_checker.verify(key, text.encode(), signature[4:])

    def check_losses(self, digest, record, what):
        slices, changes = self.slices(digest), {}
        check(list(record["gains"]) == list(slices), f"{what}: slices {list(record['gains'])}")
        for name, rows in slices.items():
            before, after = self.losses([], rows), self.losses([digest], rows)
            changes[name] = before - after
            check_measure(record["gains"][name], before, after, f"{what}: {name}")
        check_interval(record["data_use"], unpaired(changes["assigned"], changes["random"]), f"{what}: data use")
        others = [other for other in self.updates if other != digest]
        without, everybody = (self.losses(part, slices["private"]) for part in (others, list(self.updates)))
        check_measure(record["leave_one_out"], without, everybody, f"{what}: leave-one-out")

    def check_nearest(self, record, alike, what):
        if not alike:
            check(record["nearest"] is None, f"{what}: a nearest one")
            return
        other = max(alike, key=alike.get)
        check(record["nearest"]["contribution"] == other, f"{what}: the nearest is another one")
        near("ratios", record["nearest"]["likeness"], round(alike[other]), UNITS, f"{what}: likeness")

    def check_objections(self, record, alike, sealed, what):
        scores, place = self.settings.get("verification", {}).get("scores"), record["contribution"]
        before = [*self.earlier, *(sealed[:sealed.index(place)] if place in sealed else ())]
        expected = []
        if scores:
            private, use, standing = record["gains"]["private"]["gain"], record["data_use"], record["standing"]
            expected = [name for name, holds in (
                ("copy", any(alike[other] >= scores["likeness_ppm"] for other in before)),
                ("harm", private["high"] < scores["least_gain_micronats"]),
                ("other-data", use["high"] < scores["least_data_use_micronats"]),
                ("length", standing["norm"] > scores["length_milli"]),
                ("direction", standing["direction"] < -scores["direction_milli"])) if holds]
        check(record["objections"] == expected, f"{what}: objections {record['objections']}, expected {expected}")


def publish(run, name, number, update):
    """The contribution of a worker with another update, one array a tensor; its digest."""
    path = run.work / f"{name}-{number}"
    _, members = worker.read_bundle(path, "contribution")
    members["update.nous"] = worker.encode_update(update, run.codec)
    worker.write_bundle(path, "contribution", list(members.items()), *worker.read_key(run.work / f"{name}.json"))


def two_rounds(tools, work):
    names, scores = ("anna", "boris", "chen", "dora"), json.dumps(SCORES).replace('"', "")
    mixed_run.RUN = mixed_run.RUN.replace("outer:", f"verification:\n  scores: {{{scores}}}\n  replay: all\nouter:")
    run, random = mixed_run.MixedRun(tools, work, steps=4, values="float16"), np.random.default_rng(1)
    run.open(1)
    for number in (1, 2):
        files = [f"{name}-{number}" for name in names]
        for name in names:
            run.train(number, name, f"{name}-{number}", "--state", "states")
        options = [*run.inputs(number), "--roster", f"roster-{number}", "--key", "verifier.json"]
        if number == 1:
            run.tool("nous-ledger", "settle", "ledger", "--empty", "--operator-key", "operator.json", "--round", 1)
            run.open(2)
            seed = json.loads((work / "roster-2").read_text())["seed"]
            first = Round(run, "checkpoint-0", "assignments-1", files, "verifier.json", seed, 24).score(
                [*options, "--next-roster", "roster-2", "--sequences", "24", *files])
            (work / "scores").write_text("".join(json.dumps(record) + "\n" for record in first))
            run.tool("nous-merge", "--quiet", "--unverified", "--run", "run.yaml", "--base", "checkpoint-0", *files,
                     "-o", "checkpoint-1")
            print("ok: round 1, all honest:", *(record["objections"] for record in first))
    updates = {path: list(mixed_run.Work(run, path).update.values()) for path in [*files, "dora-1"]}
    noisy = lambda update: [tensor * (random.random(tensor.size) < 0.9) for tensor in update]
    publish(run, "anna", 2, noisy(updates["dora-1"]))
    publish(run, "chen", 2, noisy(updates["boris-2"]))
    publish(run, "dora", 2, [-tensor for tensor in updates["dora-2"]])
    order = ["dora-2", "boris-2", "anna-2", "chen-2"]
    for path in order:
        run.tool("nous-ledger", "append", "ledger", "--quiet", "--operator-key", "operator.json", path)
    (work / "log").write_bytes(run.tool("nous-ledger", "log", "ledger", "--json"))
    sealed = [worker.read_bundle(work / path, "contribution")[0] for path in order]
    second = Round(run, "checkpoint-1", "assignments-2", files, "verifier.json", "5a" * 32, earlier=["dora-1"]).score(
        [*options, "--seed", "5a" * 32, "--earlier", "dora-1", "--ratings", "scores", "--sealed", "log", *files],
        first, sealed)
    found = {record["contribution"]: record for record in second}
    harmful, _, old, copy = (found[digest] for digest in sealed)
    print("ok: round 2, negated, honest, copy of round 1, copy:", *(found[digest]["objections"] for digest in sealed))
    gain = harmful["gains"]["private"]["gain"]
    check(gain["mean"] < 0 and "harm" in harmful["objections"], f"a negated update gains {gain}")
    check("copy" in old["objections"] and "copy" in copy["objections"], "a copy is not objected to")
    print(f"ok: a negated update gains {gain['mean']} micronats")


def tiny(tools, work, names, changes, private):
    run = TinyRun(tools, work, names)
    run.round(changes)
    run.tool("nous-ledger", "keygen", "--quiet", "--seed-from", "verifier", "-o", "verifier.json")
    options, files = [], [f"{name}.contribution" for name in names]
    if private:
        (work / "secret").mkdir()
        for i in range(1, 9):
            (work / "secret" / str(i)).write_text(" ".join(str(i * j * j) for j in range(40)) + "\n")
        run.tool("nous-shard", "pack", "--quiet", "-t", "tokenizer.json", "--sequence-length", "16", "--held-out", "0%",
                 "-o", "own", "secret")
        options = ["--private-data", "own"]
    Round(run, "base", "assignments", files, "verifier.json", "c3" * 32, 12, private and "own").score(
        ["--run", "run.yaml", "--base", "base", "--data", "data", "--roster", "roster", "--key", "verifier.json",
         "--seed", "c3" * 32, "--sequences", "12", *options, *files])


def main():
    tools = Path(sys.argv[1]).resolve()
    torch.set_num_threads(1)
    with tempfile.TemporaryDirectory() as name:
        for part in ("two", "three", "alone"):
            (Path(name) / part).mkdir()
        two_rounds(tools, Path(name) / "two")
        tiny(tools, Path(name) / "three", ("anna", "boris", "chen"), {
            "transform: none, chunk: 64, keep: 16, values: sign": "transform: cosine, chunk: 500, keep: 60, values: int8",
            "{rule: weighted-mean v1}": "{rule: agreement v1, over: senders, least_share: 0.25, clip: 1}",
            "{name: sgd, rate: 1.0}": "{name: nesterov, rate: 0.7, momentum: 0.9}"}, True)
        print("ok: three workers, a transform, the default merge, text of the verifier's own")
        tiny(tools, Path(name) / "alone", ("anna",), {}, False)
        print("ok: one worker alone")
    print(f"worst differences beside none: {worst}")


if __name__ == "__main__":
    main()
