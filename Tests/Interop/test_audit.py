#!/usr/bin/env python3
"""Derive Tests/Vectors/audits/plans.json from docs/formats/audit.md alone. --write makes it anew."""
import hashlib, itertools, json, pathlib, sys

VECTORS = pathlib.Path(__file__).parent.parent / "Vectors" / "audits" / "plans.json"
ORDER = ["type", "rule", "run", "round", "seed", "contribution", "worker", "audit", "segments", "steps"]


def u64(x):
    return x.to_bytes(8, "big")


class Draws:
    def __init__(self, plan):
        seed, contribution = bytes.fromhex(plan["seed"]), bytes.fromhex(plan["contribution"])
        self.prefix = b"nous-tools audit v1" + seed + u64(plan["round"]) + contribution
        self.numbers = itertools.count()

    def below(self, m):
        while True:
            h = hashlib.sha256(self.prefix + u64(next(self.numbers))).digest()
            v = int.from_bytes(h[:16], "big")
            if v < 2**128 - 2**128 % m:
                return v % m


def plan(case):
    policy, said = case["verification"], dict(case["expected"])
    N = -(-said["steps"] // case["segment_steps"])
    said.pop("segments", None)
    said["audit"] = "whole"
    if policy["replay"] == "sampled":
        draws, k = Draws(said), policy.get("segments")
        if draws.below(10**6) >= policy["share_ppm"]:
            said["audit"] = "none"
        elif k is not None and k < N:
            taken = set()
            for i in range(N - k + 1, N + 1):
                t = 1 + draws.below(i)
                taken.add(i if t in taken else t)
            said |= {"audit": "segments", "segments": sorted(taken)}
    return case | {"expected": {key: said[key] for key in ORDER if key in said}}


def inputs():
    worker = "AKnL4NNf3DGWZJS6cPknBuEGnVsV4A4m5tgebLHaRSZ9"
    policies = [
        ({"replay": "all"}, 2, 64), ({"replay": "sampled", "share_ppm": 1000000, "segments": 2}, 4, 64),
        ({"replay": "sampled", "share_ppm": 500000, "segments": 3}, 1, 7),
        ({"replay": "sampled", "share_ppm": 500000}, 3, 64),
        ({"replay": "sampled", "share_ppm": 1000000, "segments": 5}, 10, 64),
        ({"replay": "sampled", "share_ppm": 1000000, "segments": 7}, 10, 64),
        ({"replay": "sampled", "share_ppm": 1, "segments": 1}, 1, 4096),
    ]
    for number, (policy, segment_steps, steps) in enumerate(policies * 3):
        seed, contribution = (hashlib.sha256(f"{name} {number}".encode()).hexdigest() for name in ("seed", "contribution"))
        expected = {"type": "audit-plan", "rule": "sampled-segments v1", "run": "0" * 64, "round": number + 1}
        expected |= {"seed": seed, "contribution": contribution, "worker": worker, "steps": steps}
        yield {"verification": policy, "segment_steps": segment_steps, "expected": expected}


if "--write" in sys.argv:
    VECTORS.write_text("[\n" + ",\n".join(json.dumps(plan(case)) for case in inputs()) + "\n]\n")
cases = json.loads(VECTORS.read_text())
if [plan(case) for case in cases] != cases:
    sys.exit("FAILED: plans.json is not what the page says")
print(f"ok: {len(cases)} cases of plans.json")
