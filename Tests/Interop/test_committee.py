#!/usr/bin/env python3
"""Derive Tests/Vectors/corpus/committee.json from docs/protocol.md alone. --write makes it anew."""
import hashlib, itertools, json, pathlib, sys
VECTORS = pathlib.Path(__file__).parent.parent / "Vectors" / "corpus" / "committee.json"
DIGITS = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
u64, sha = lambda x: x.to_bytes(8, "big"), lambda b: hashlib.sha256(b).digest()
base58 = lambda text: sum(DIGITS.index(c) * 58**i for i, c in enumerate(reversed(text))).to_bytes(32, "big")
def seed(roster):
    beacon = bytes.fromhex(roster.get("beacon", ""))
    return sha(b"nous-tools seed v1" + bytes.fromhex(roster["seed"]) + u64(len(beacon)) + beacon) if beacon else bytes.fromhex(roster["seed"])
weigh = lambda case: {w["worker"]: max(1, int(w[case.get("weight", "throughput")])) for w in sorted(case["roster"]["workers"], key=lambda w: base58(w["worker"]))}
def committee(case):
    left, drawn, members, roster = {w: t for w, t in weigh(case).items() if w != case["except"]}, itertools.count(), [], case["roster"]
    while left and len(members) < case["size"]:
        W, part = sum(left.values()), lambda t: sha(b"nous-tools committee v1" + seed(roster) + u64(roster["round"]) + bytes.fromhex(case["subject"]) + u64(t))
        v = next(v for t in drawn if (v := int.from_bytes(part(t)[:16], "big")) < 2**128 - 2**128 % W) % W
        members.append(next(w for w, end in zip(left, itertools.accumulate(left.values())) if v < end)); del left[members[-1]]
    return {"type": "committee", "run": roster["run"], "round": roster["round"], "seed": seed(roster).hex(), "subject": case["subject"], "members": members}
cases = json.loads(VECTORS.read_text())
derived = [case | {"expected": committee(case)} for case in cases]
if "--write" in sys.argv: VECTORS.write_text("[\n" + ",\n".join(map(json.dumps, derived)) + "\n]\n")
elif derived != cases: sys.exit("FAILED: committee.json is not what the protocol says")
print(f"ok: {len(cases)} cases of committee.json")
