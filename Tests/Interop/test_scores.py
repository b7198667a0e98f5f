#!/usr/bin/env python3
"""Derives all that `nous-verify score` prints from docs/formats/score.md alone, and compares.

  test_scores.py TOOLS

TOOLS is the directory of the built commands. Four workers train two rounds on the Bible; in the second one hands in
its update negated, and two hand in noisy copies: of an update of the round before, and of another's. Then three workers
train a round under a cosine transform and the default merge, and one works alone. transformers computes the losses,
openskill the ratings; all else is numpy. Exits 1 if anything differs.
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
SCORES = ("{of: all, likeness_ppm: 500000, least_gain_micronats: 0, least_data_use_micronats: 0, length_milli: 800, "
          "direction_milli: 1000}")
# Losses in micronats, of which rounding alone is a half (bounds are taken as the middle of their unit); thousandths
# and parts per million; millionths of ratings.
LIMITS = {"losses": 1.5, "ratios": 1, "ratings": 2}
worst = dict.fromkeys(LIMITS, 0.0)
sha256 = lambda data: hashlib.sha256(data).digest()
canonical = lambda value: json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()
squared_error = lambda d: np.sum((d - d.mean()) ** 2) / ((len(d) - 1) * len(d))


def check(condition, what):
    if not condition:
        sys.exit(f"test_scores: mismatch: {what}")


def near(kind, found, expected, what):
    worst[kind] = max(worst[kind], float(abs(found - expected)))
    check(abs(found - expected) <= LIMITS[kind], f"{what}: {found}, expected {expected}")


def drawn(rule, seed, number, subject, k, pool):
    """k different ones of a pool by Floyd's algorithm."""
    counter, taken, total = itertools.count(), set(), len(pool)

    def below(m):
        while True:
            data = rule.encode() + seed + number.to_bytes(8, "big") + subject + next(counter).to_bytes(8, "big")
            v = int.from_bytes(sha256(data)[:16], "big")
            if v < 2**128 - 2**128 % m:
                return v % m

    for i in range(total - k, total) if total >= k else ():
        t = below(i + 1)
        taken.add(i if t in taken else t)
    return [pool[t] for t in sorted(taken)] if taken else list(pool)


def all_rows(data, split):
    corpus = json.loads(worker.read_bundle(data / "corpus.tar.zst", "corpus")[1]["corpus.json"])
    shards = [worker.read_bundle(data / "shards" / f"{shard['digest']}.tar.zst", "shard")[1]
              for shard in corpus[split]["shards"]]
    return np.concatenate([load(shard["tokens.safetensors"])["tokens"] for shard in shards]).astype(np.int64)


def quantile(degrees):
    """The 97.5th percentile of Student's distribution: with t = √n·tan θ the density of θ is cosⁿ⁻¹ θ."""
    nodes, weights = np.polynomial.legendre.leggauss(400)
    integral = lambda end: end / 2 * np.sum(weights * np.cos(end / 2 * (nodes + 1)) ** (degrees - 1))
    low, high = 0.0, np.pi / 2
    for _ in range(80):
        middle = (low + high) / 2
        low, high = (middle, high) if integral(middle) < 0.95 * integral(np.pi / 2) else (low, middle)
    return np.sqrt(degrees) * np.tan(low)


def check_interval(found, mean, squared, degrees, what):
    reach = quantile(degrees) * np.sqrt(squared)
    near("losses", found["mean"], 1e6 * mean, f"{what}: mean")
    near("losses", found["low"] + 0.5, 1e6 * (mean - reach), f"{what}: low")
    near("losses", found["high"] - 0.5, 1e6 * (mean + reach), f"{what}: high")


def check_measure(found, before, after, what):
    d = before - after
    check(found["sequences"] == len(d), f"{what}: {found['sequences']} sequences, expected {len(d)}")
    near("losses", found["before"], 1e6 * before.mean(), f"{what}: before")
    check_interval(found["gain"], d.mean(), squared_error(d), len(d) - 1, what)


def words(seed, count):
    """Words of stream 0: Philox4x32-10, docs/arithmetic.md, section 6."""
    half, low = np.uint64(32), np.uint64(2**32 - 1)
    index = np.arange(-(-count // 4), dtype=np.uint64)
    c, key = [index & low, index >> half, index * 0, index * 0], [seed % 2**32, seed >> 32]
    for _ in range(10):
        a, b = c[0] * np.uint64(0xD2511F53), c[2] * np.uint64(0xCD9E8D57)
        c = [b >> half ^ c[1] ^ np.uint64(key[0]), b & low, a >> half ^ c[3] ^ np.uint64(key[1]), a & low]
        key = [(k + w) % 2**32 for k, w in zip(key, (0x9E3779B9, 0xBB67AE85))]
    return np.stack(c, 1).ravel()[:count].astype(np.int64)


def project(elements, seed):
    w = words(int.from_bytes(seed[:8], "big"), len(elements))
    return np.bincount(w >> 18, weights=np.where(w & 1, -1.0, 1.0) * elements, minlength=16_384)


def standings(lengths, units):
    """Thousandths, parts per million and thousandths, a row each; of the updates' lengths and directions."""
    def deviations(values, least):
        far = values - np.median(values)
        return 1e3 * far / max(1.4826 * np.median(np.abs(far)), least)

    others = units.sum(0) - units
    cosines = np.sum(units * others, 1) / np.linalg.norm(others, axis=1)
    return np.stack([deviations(lengths, 0.01 * np.median(lengths)), 1e6 * cosines, deviations(cosines, 0.01)], 1)


def likeness(c, i, j, count):
    """Of two updates in parts per million; c are cosines, those of the round's first. None if others are too few."""
    others = [k for k in range(count) if k not in (i, j)]
    if len(others) < 2:
        return None
    r, s = (np.median([c[n, k] for k in others]) for n in (i, j))
    q = np.median([np.median([c[k, l] for l in range(count) if l != k]) for k in others])
    a, b, common = (r * r / q, s * s / q, r * s / q) if q > 0 else (0, 0, 0)
    if q <= -0.05 or max(a, b) >= 0.99:
        return None
    return 1e6 * min(1, (c[i, j] - common) / np.sqrt((1 - a) * (1 - b)))


class Round:
    """A round in the directory of a run, and what its scores must be."""

    def __init__(self, run, base, suffix, files, seed, sequences=64, private=None, earlier=()):
        self.run, self.sequences, self.seed = run, sequences, bytes.fromhex(seed)
        self.options = ["--run", "run.yaml", "--base", base, "--data", "data", "--roster", f"roster{suffix}", "--key",
                        "verifier.json", "--sequences", str(sequences), *files]
        self.options += [word for path in earlier for word in ("--earlier", path)]
        self.options += ["--private-data", private] if private else []
        self.settings = yaml.safe_load((run.work / "run.yaml").read_text())
        self.base, members = worker.read_bundle(run.work / base, "checkpoint")
        config, stored = json.loads(members["config.json"]), load(members["model.safetensors"])
        self.weights = {name: stored[name] for name in mixed_run.run_names(config)}
        self.model = AutoModelForCausalLM.from_config(LlamaConfig(**config))
        self.number = json.loads(members["lineage.json"])["round"] + 1
        self.claims, self.updates = self.read(files)
        self.earlier = self.read(earlier)[1]
        lines = (run.work / f"assignments{suffix}").read_text().splitlines()
        self.assignments = {line["worker"]: line for line in map(json.loads, lines)}
        pair = bytes(json.loads((run.work / "verifier.json").read_text()))
        self.secret, self.verifier = pair[:32], pair[32:]
        self.rows = all_rows(run.work / "data", "train")
        self.held = all_rows(run.work / (private or "data"), "train" if private else "held_out")

    def read(self, paths):
        """Claims and decoded tensors by digest, ascending."""
        bundles = sorted(worker.read_bundle(self.run.work / path, "contribution") for path in paths)
        shapes = [tensor.shape for tensor in self.weights.values()]
        updates = {digest: update_format.read_file(members["update.nous"], shapes)[1] for digest, members in bundles}
        return ({digest: json.loads(members["contribution.json"]) for digest, members in bundles},
                {digest: [tensor.astype(np.float64) for tensor in update] for digest, update in updates.items()})

    def losses(self, digests, rows):
        """Of each row under the weights that a merge of these contributions leads to."""
        parts, outer, merge = list(self.weights.values()), self.settings["outer"], dict(self.settings["merge"])
        if digests:
            step, _ = test_merging.merged(merge.pop("rule"), merge, [self.updates[digest] for digest in digests],
                                          [self.claims[digest]["tokens"] for digest in digests])
            step *= outer["rate"] * (1 + outer.get("momentum", 0))
            pieces = np.split(step, np.cumsum([part.size for part in parts])[:-1])
            if self.settings["codec"]["transform"] == "cosine":
                pieces = [update_format.inverse(piece, part.shape) for piece, part in zip(pieces, parts)]
            parts = [part - piece.reshape(part.shape) for piece, part in zip(pieces, parts)]
        state = {name: torch.tensor(part, dtype=torch.float32) for name, part in zip(self.weights, parts)}
        self.model.load_state_dict(state, strict=False)
        with torch.no_grad():
            logits = self.model(torch.from_numpy(rows[:, :-1])).logits.double()
            loss = F.cross_entropy(logits.transpose(1, 2), torch.from_numpy(rows[:, 1:]), reduction="none").mean(1)
        return torch.nan_to_num(loss, nan=1000).clamp(max=1000).numpy()

    def slices(self, digest):
        line = self.assignments[self.claims[digest]["worker"]]
        mine = line["sequences"]
        others = [row for other in self.assignments.values() if other is not line for row in other["sequences"]]
        assigned, mixed = (drawn(f"nous-tools {name} slice v1", self.seed, self.number, sha256(canonical(line)),
                                 self.sequences, pool)
                           for name, pool in (("assigned", mine), ("random", others or range(len(self.rows)))))
        mixed = mixed if others else [row for row in mixed if row not in mine]
        rule = "nous-tools private slice v1"
        s = sha256(rule.encode() + self.secret + bytes.fromhex(self.base))
        private = drawn(rule, s, 0, s, self.sequences, range(len(self.held)))
        rows = {"assigned": self.rows[assigned], "random": self.rows[mixed], "private": self.held[private]}
        return {name: part for name, part in rows.items() if len(part) >= 2}

    def ratings(self, records, before):
        """Means and deviations in the order of records, from the ratings of workers before."""
        model = PlackettLuce()
        start = [[before[record["worker"]][name] / 1e6 for name in ("mean", "deviation")]
                 if record["worker"] in before else [model.mu, model.sigma] for record in records]
        if len(start) == 1:    # openskill wants two: the model's formulas of one, whose place is sure
            return [(start[0][0], start[0][1])]
        gains = [record["gains"]["private"]["gain"]["mean"] for record in records]
        check(len(set(gains)) == len(gains), "gains that are equal")
        rated = model.rate([[model.rating(mu=mean, sigma=deviation)] for mean, deviation in start], scores=gains)
        return [(team[0].mu, team[0].sigma) for team in rated]

    def score(self, *options, before=(), sealed=()):
        """Checks the scores and returns them; `before` are those of the round before, `sealed` digests in order."""
        lines = self.run.tool("nous-verify", "score", "--quiet", *self.options, *options).decode().splitlines()
        records, digests = [json.loads(line) for line in lines], list(self.updates)
        check([record["contribution"] for record in records] == digests, "contributions in ascending order")
        flat = [np.concatenate(tensors) for tensors in (*self.updates.values(), *self.earlier.values())]
        projections = np.array([project(elements, self.seed) for elements in flat])
        committed = sha256(b"".join(sha256(row.astype("<f8").tobytes()) for row in projections[:len(digests)]))
        units = projections / np.linalg.norm(projections, axis=1)[:, None]
        lengths, cosines = np.linalg.norm(flat[:len(digests)], axis=1), units @ units.T
        standing = standings(lengths, units[:len(digests)]) if len(digests) > 2 else None
        ratings = self.ratings(records, {record["worker"]: record["rating"] for record in before})
        for i, (digest, record) in enumerate(zip(digests, records)):
            what = f"round {self.number}, {digest[:8]}"
            alike = {other: likeness(cosines, i, j, len(digests))
                     for j, other in enumerate([*digests, *self.earlier]) if j != i}
            self.check_header(digest, record, what)
            self.check_losses(digest, record, what)
            check(record["projections"] == committed.hex(), f"{what}: projections")
            earlier = [*self.earlier, *itertools.takewhile(lambda other: other != digest, sealed)]
            is_copy = self.claims[digest]["arithmetic"]["class"] == "tolerant" and any(
                (alike[other] or 0) >= self.settings["verification"]["scores"]["likeness_ppm"] for other in earlier)
            if is_copy:
                alike = {other: alike[other] for other in earlier}
            self.check_comparison(record, None if standing is None else standing[i], alike, what)
            self.check_objections(record, is_copy, what)
            for name, value in zip(("mean", "deviation"), ratings[i]):
                near("ratings", record["rating"][name], 1e6 * value, f"{what}: rating {name}")
        return records

    def check_header(self, digest, record, what):
        claim, record = self.claims[digest], dict(record)
        check(list(record) == FIELDS, f"{what}: the fields")
        expected = ["score", claim["run"], self.number, self.base, claim["worker"], self.seed.hex()]
        check([record[name] for name in FIELDS[:4] + FIELDS[5:7]] == expected, f"{what}: who and what")
        _, name, signature = record.pop("signature").split(" ")
        signature, key = base64.b64decode(signature), fraud_checker.base58(name)
        check(key == self.verifier and name == record["verifier"], f"{what}: the verifier")
        check(signature[:4] == sha256(name.encode() + b"\n\1" + key)[:4], f"{what}: the key id")
        fraud_checker.verify(key, canonical(record) + b"\n", signature[4:])

    def check_losses(self, digest, record, what):
        slices, changes = self.slices(digest), {}
        check(list(record["gains"]) == list(slices), f"{what}: slices {list(record['gains'])}")
        for name, rows in slices.items():
            before, after = self.losses([], rows), self.losses([digest], rows)
            changes[name] = before - after
            check_measure(record["gains"][name], before, after, f"{what}: {name}")
        (a, b), (x, y), (n, m) = ([f(changes[name]) for name in ("assigned", "random")]
                                  for f in (np.mean, squared_error, lambda d: len(d) - 1))
        degrees = max(min(n, m), int((x + y) ** 2 / (x * x / n + y * y / m)))
        check_interval(record["data_use"], a - b, x + y, degrees, f"{what}: data use")
        others = [other for other in self.updates if other != digest]
        without, everybody = (self.losses(part, slices["private"]) for part in (others, list(self.updates)))
        check_measure(record["leave_one_out"], without, everybody, f"{what}: leave-one-out")

    def check_comparison(self, record, standing, alike, what):
        check((record["standing"] is None) == (standing is None), f"{what}: a standing")
        for name, value in zip(("norm", "cosine", "direction"), () if standing is None else standing):
            near("ratios", record["standing"][name], value, f"{what}: {name}")
        known = {other: value for other, value in alike.items() if value is not None}
        check((record["nearest"] is None) == (not known), f"{what}: a nearest one")
        if known:
            other = max(known, key=known.get)
            check(record["nearest"]["contribution"] == other, f"{what}: the nearest")
            near("ratios", record["nearest"]["likeness"], known[other], f"{what}: likeness")

    def check_objections(self, record, is_copy, what):
        scores, expected = self.settings.get("verification", {}).get("scores"), []
        if scores:
            gain, use, standing = record["gains"]["private"]["gain"], record["data_use"], record["standing"]
            expected = [name for name, holds in (
                ("copy", is_copy),
                ("harm", gain["high"] < scores["least_gain_micronats"]),
                ("other-data", use["high"] < scores["least_data_use_micronats"]),
                ("length", standing["norm"] > scores["length_milli"]),
                ("direction", standing["direction"] < -scores["direction_milli"])) if holds]
        check(record["objections"] == expected, f"{what}: objections {record['objections']}, expected {expected}")


def publish(run, path, name, update, arithmetic="exact"):
    """Puts another update into a worker's contribution, of another class maybe."""
    _, members = worker.read_bundle(run.work / path, "contribution")
    claim = members["contribution.json"].replace(b'"exact"', f'"{arithmetic}"'.encode())
    members["contribution.json"] = claim
    members["update.nous"] = worker.encode_update(update, run.codec)
    worker.write_bundle(run.work / path, "contribution", list(members.items()),
                        *worker.read_key(run.work / f"{name}.json"))


def two_rounds(tools, work):
    names, random = (*mixed_run.EXACT, mixed_run.FOREIGN), np.random.default_rng(1)
    # Tolerant work without limits, so that merges are those of exact work.
    mixed_run.RUN = mixed_run.RUN.replace("weight: 0.5, cap: 0.25", "weight: 1.0, cap: 1.0")
    mixed_run.RUN = mixed_run.RUN.replace("outer:", f"verification:\n  replay: all\n  scores: {{{SCORES}}}\nouter:")
    run = mixed_run.MixedRun(tools, work, steps=4, values="float16")
    ledger = "ledger", "--operator-key", "operator.json"

    def train(number):
        for name in names:
            run.train(number, name, f"{name}-{number}", "--state", "states")
        return [f"{name}-{number}" for name in names]

    run.open(1)
    files = train(1)
    run.tool("nous-ledger", "settle", *ledger, "--empty", "--round", 1)
    run.open(2)
    seed = json.loads((work / "roster-2").read_text())["seed"]
    first = Round(run, "checkpoint-0", "-1", files, seed, 24).score("--next-roster", "roster-2")
    print("ok: round 1, objections:", *(record["objections"] for record in first))

    run.tool("nous-merge", "--quiet", "--unverified", "--run", "run.yaml", "--base", "checkpoint-0", *files,
             "-o", "checkpoint-1")
    files = train(2)
    updates = {path: list(mixed_run.Work(run, path).update.values()) for path in (*files, "dora-1")}
    noisy = lambda update: [tensor * (random.random(tensor.size) < 0.9) for tensor in update]
    publish(run, "anna-2", "anna", noisy(updates["dora-1"]), "tolerant")
    publish(run, "chen-2", "chen", noisy(updates["boris-2"]), "tolerant")
    publish(run, "dora-2", "dora", [-tensor for tensor in updates["dora-2"]])
    sealed = ["dora-2", "boris-2", "anna-2", "chen-2"]
    for path in sealed:
        run.tool("nous-ledger", "append", *ledger, "--quiet", path)
    (work / "log").write_bytes(run.tool("nous-ledger", "log", "ledger", "--json"))
    (work / "scores").write_text("".join(json.dumps(record) + "\n" for record in first))
    sealed = [worker.read_bundle(work / path, "contribution")[0] for path in sealed]
    second = Round(run, "checkpoint-1", "-2", files, "5a" * 32, earlier=["dora-1"]).score(
        "--seed", "5a" * 32, "--ratings", "scores", "--sealed", "log", before=first, sealed=sealed)
    negated, honest, old, copy = ({record["contribution"]: record for record in second}[digest] for digest in sealed)
    gain = negated["gains"]["private"]["gain"]
    check(gain["high"] < 0 and "harm" in negated["objections"], f"a negated update gains {gain}")
    check(["copy" in record["objections"] for record in (honest, old, copy)] == [False, True, True], "who copied")
    print(f"ok: round 2, a negated update gains {gain['mean']} micronats; likeness of copies "
          f"{old['nearest']['likeness']} and {copy['nearest']['likeness']}; objections:",
          *(record["objections"] for record in (negated, honest, old, copy)))


def tiny(tools, work, names, changes=(), private=None):
    work.mkdir()
    run = TinyRun(tools, work, names)
    run.round(dict(changes))
    run.tool("nous-ledger", "keygen", "--quiet", "--seed-from", "verifier", "-o", "verifier.json")
    if private:
        (work / "text" / "own").write_text("\n".join(str(j * j * j) for j in range(200)))
        run.tool("nous-shard", "pack", "--quiet", "-t", "tokenizer.json", "--sequence-length", "16", "--held-out", "0%",
                 "-o", private, "text/own")
    files, seed = [f"{name}.contribution" for name in names], "c3" * 32
    Round(run, "base", "", files, seed, 12, private).score("--seed", seed)


def main():
    torch.set_num_threads(1)
    tools = Path(sys.argv[1]).resolve()
    with tempfile.TemporaryDirectory() as directory:
        two_rounds(tools, Path(directory) / "two")
        tiny(tools, Path(directory) / "three", ("anna", "boris", "chen"), {
            "transform: none, chunk: 64, keep: 16, values": "transform: cosine, chunk: 500, keep: 60, values",
            "{rule: weighted-mean v1}": "{rule: agreement v1, over: senders, least_share: 0.25, clip: 1}",
            "{name: sgd, rate: 1.0}": "{name: nesterov, rate: 0.7, momentum: 0.9}"}, "own")
        print("ok: three workers, a transform, the default merge, text of the verifier's own")
        print("worst differences:", ", ".join(f"{kind} {value:.2f}" for kind, value in worst.items()))
        tiny(tools, Path(directory) / "alone", ("anna",))
        print("ok: one worker alone")


if __name__ == "__main__":
    main()
