#!/usr/bin/env python3
"""Compare merges with a second implementation of the merge rules, written from docs/protocol.md.

    python3 Tests/Interop/test_merging.py path/to/tools

Seven workers of unlike throughput train a tiny round; nous-merge and the plain numpy below merge it
under every rule, over all and over senders, with and without clipping. Weights, and every
contribution's part in the merge as reported, must agree to rounding. Buckets, whose shuffle is
counter-based, are not covered. Exits 1 if anything differs.
"""
import json
import sys
import tempfile
from pathlib import Path

import numpy as np
import update_format
from tiny_run import TinyRun

WORKERS = ("anna", "bela", "cleo", "dora", "emil", "fred", "gina")
RULES = {
    "mean v1": {}, "weighted-mean v1": {}, "median-norm-clipping v1": {},
    "centered-clipping v1": {"iterations": 3}, "geometric-median v1": {"iterations": 8},
    "multi-krum v1": {"attackers": 2, "keep": 3}, "agreement v1": {}, "radial-directional v1": {},
    "coordinate-median v1": {}, "trimmed-mean v1": {"drop": 1}, "sign-vote v1": {},
}
OPTIONS = [{}, {"over": "senders"}, {"over": "senders", "least_share": 0.4, "clip": 0.9}]
BY_ELEMENT = ("coordinate-median v1", "trimmed-mean v1", "sign-vote v1")


def check(condition, what):
    if not condition:
        sys.exit(f"test_merging: mismatch: {what}")


def lower_median(values):
    return sorted(values)[(len(values) - 1) // 2]


def clip_factors(updates, multiple):
    """One factor an update and tensor."""
    norms = np.array([[np.linalg.norm(tensor) for tensor in update] for update in updates])
    if multiple is None:
        return np.ones_like(norms)
    limits = [multiple * lower_median([n for n in column if n > 0] or [0]) for column in norms.T]
    return np.minimum(1, np.divide(limits, norms, out=np.ones_like(norms), where=norms > 0))


def coefficients(rule, settings, vectors, shares):
    """The coefficients of a rule that makes a sum of multiples; `vectors` is [updates, elements]."""
    products = vectors @ vectors.T
    norms = np.sqrt(np.diag(products))

    def distances(c):
        return np.array([np.linalg.norm(vector - c @ vectors) for vector in vectors])

    start = shares * np.minimum(1, lower_median(norms) / norms)
    if rule == "centered-clipping v1":
        c = start
        for _ in range(settings["iterations"]):
            d = distances(c)
            pull = shares * np.minimum(1, lower_median(d) / np.maximum(d, 1e-300))
            c = c * (1 - pull.sum()) + pull
        return c
    if rule == "geometric-median v1":
        c = start
        for _ in range(settings["iterations"]):
            d = distances(c)
            c = shares / np.maximum(d, lower_median(d) / 1000)
            c = c / c.sum()
        return c
    if rule == "multi-krum v1":
        near = max(len(vectors) - settings["attackers"] - 2, 1)
        scores = [sum(sorted(np.sum((row - other) ** 2) for j, other in enumerate(vectors) if j != i)[:near])
                  for i, row in enumerate(vectors)]
        c = np.zeros(len(vectors))
        best = np.argsort(scores, kind="stable")[:settings["keep"]]
        c[best] = shares[best]
        return c / c.sum()
    if rule == "agreement v1":
        cosines = products / np.outer(norms, norms)
        agreement = np.array([lower_median(row) for row in cosines])
        full = lower_median(agreement) / 2
        c = shares * (np.clip(agreement / full, 0, 1) if full > 0 else 1)
        return c / c.sum()
    if rule == "radial-directional v1":
        c = shares / norms
        return c / c.sum()
    return shares


def by_element(rule, settings, vectors, over_senders, least_share):
    """A rule that decides every element by itself."""
    count, result = len(vectors), np.zeros(vectors.shape[1])
    for place in range(vectors.shape[1]):
        values = vectors[:, place]
        if rule == "sign-vote v1":
            result[place] = np.sign(np.sign(values).sum())
            continue
        sent = np.sort(values[values != 0] if over_senders else values)
        if len(sent) == 0:
            continue
        if rule == "coordinate-median v1":
            value = np.median(sent)
        else:
            drop = min(settings["drop"], (len(sent) - 1) // 2)
            value = sent[drop:len(sent) - drop].mean()
        share = len(sent) / count
        if over_senders and share < least_share:
            value *= share / least_share
        result[place] = value
    return result


def merged(rule, settings, updates, tokens):
    """The pseudo-gradient and the parts of the updates in it, None under rules by element."""
    over_senders = settings.get("over") == "senders"
    multiple = settings.get("clip", 1 if rule == "median-norm-clipping v1" else None)
    factors = clip_factors(updates, None if rule == "sign-vote v1" else multiple)
    vectors = np.array([np.concatenate([f * tensor for f, tensor in zip(row, update)])
                        for row, update in zip(factors, updates)])
    least_share = settings.get("least_share", 0)
    if rule in BY_ELEMENT:
        return by_element(rule, settings, vectors, over_senders, least_share), None
    shares = np.full(len(updates), 1 / len(updates)) if rule == "mean v1" else np.array(tokens) / sum(tokens)
    c = coefficients(rule, settings, vectors, shares)
    result, parts = c @ vectors, c / c.sum()
    if over_senders:
        weight = parts @ (vectors != 0)
        result = np.divide(result, np.maximum(weight, least_share), out=np.zeros_like(result), where=weight > 0)
    if rule == "radial-directional v1":
        result *= (shares @ np.linalg.norm(vectors, axis=1)) / np.linalg.norm(result)
    return result, parts


def test_rule(run, rule, settings):
    text = ", ".join(f"{name}: {value}" for name, value in {"rule": rule, **settings}.items())
    base, contributions, following, report = run.round({
        "batches: 12": "batches: 130", "{rule: weighted-mean v1}": "{" + text + "}"})
    before, after = run.weights(base), run.weights(following)
    shapes = [tensor.shape for tensor in before.values()]
    claims = {claim["worker"]: (claim["tokens"], contribution) for contribution in contributions
              for claim in [json.loads(contribution["contribution.json"])]}
    ordered = [claims[account["worker"]] for account in report]   # ascending by digest
    updates = [[tensor.astype(np.float64) for tensor in
                update_format.read_file(contribution["update.nous"], shapes)[1]] for _, contribution in ordered]
    gradient, parts = merged(rule, settings, updates, [tokens for tokens, _ in ordered])
    expected = np.concatenate([tensor.ravel() for tensor in before.values()]) - gradient
    found = np.concatenate([tensor.ravel() for tensor in after.values()])
    rounding = np.abs(found) * 2.0 ** -23   # of the weights, in binary32
    worst = np.maximum(0, np.abs(expected - found) - rounding).max() / np.abs(gradient).max()
    check(worst < 1e-6, f"{text}: weights differ by {worst:.1e} of the largest step")
    if parts is not None:
        worst_part = max(abs(account["weight"] - part) for account, part in zip(report, parts))
        check(worst_part < 1e-7, f"{text}: parts differ by {worst_part:.1e}")
    return worst


def main():
    with tempfile.TemporaryDirectory() as name:
        run = TinyRun(Path(sys.argv[1]).resolve(), Path(name), WORKERS)
        for rule, settings in RULES.items():
            options = OPTIONS[:1] if rule == "sign-vote v1" else OPTIONS
            worst = max(test_rule(run, rule, {**settings, **option}) for option in options)
            print(f"ok: {rule:24} {len(options)} settings, {worst:.1e} of the largest step beside rounding")


if __name__ == "__main__":
    main()
