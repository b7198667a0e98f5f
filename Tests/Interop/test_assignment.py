#!/usr/bin/env python3
"""Derive Tests/Vectors/corpus/{order,assignment}.json from docs/protocol.md alone. --write makes them anew."""
import hashlib, itertools, json, pathlib, sys
VECTORS = pathlib.Path(__file__).parent.parent / "Vectors" / "corpus"
DIGITS = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
u64, sha = lambda x: x.to_bytes(8, "big"), lambda b: hashlib.sha256(b).digest()
base58 = lambda text: sum(DIGITS.index(c) * 58**i for i, c in enumerate(reversed(text))).to_bytes(32, "big")
def philox(c, k):
    for j in range(10):
        (k0, k1), (a, b) = ((k[i] + j * w) % 2**32 for i, w in enumerate((0x9E3779B9, 0xBB67AE85))), (c[0] * 0xD2511F53, c[2] * 0xCD9E8D57)
        c = (b >> 32 ^ c[1] ^ k0, b % 2**32, a >> 32 ^ c[3] ^ k1, a % 2**32)
    return c
def permutation(root, seed, epoch, n):
    key = sha(b"nous-tools order v1" + root + u64(seed) + u64(epoch))
    K, a, h = [int.from_bytes(key[i:i + 4], "big") for i in range(0, 32, 4)], list(range(min(n, 256))), next(h for h in range(64) if 4**h >= n)
    words = (w for i in range(2**32) for w in philox((i, 12, K[2], K[3]), (K[0], K[1])))
    for i in range(n - 1, 0, -1) if n < 256 else ():
        r = next(w for w in words if w < 2**32 - 2**32 % (i + 1)) % (i + 1)
        a[i], a[r] = a[r], a[i]
    def walk(x):
        L, R = x >> h, x % 2**h
        for j in range(12):
            L, R = R, L ^ philox((R, j, *K[j % 2 * 4 + 2:j % 2 * 4 + 4]), K[j % 2 * 4:])[0] % 2**h
        return (L << h | R) if (L << h | R) < n else walk(L << h | R)
    return a.__getitem__ if n < 256 else walk
def seed(roster):
    beacon = bytes.fromhex(roster.get("beacon", ""))
    return sha(b"nous-tools seed v1" + bytes.fromhex(roster["seed"]) + u64(len(beacon)) + beacon) if beacon else bytes.fromhex(roster["seed"])
weigh = lambda case: {w["worker"]: max(1, int(w[case.get("weight", "throughput")])) for w in sorted(case["roster"]["workers"], key=lambda w: base58(w["worker"]))}
def assign(case):
    roster, n, B, b, left, share = case["roster"], case["rows"], case["batches"], case["batch"], weigh(case), {}
    while (rest := B - len(share)) and (small := [w for w in left if rest * left[w] < sum(left.values())]):
        share |= {w: 1 for w in small}; left = {w: left[w] for w in left if w not in small}
    T, rest = sum(left.values()), B - len(share)
    share |= {w: rest * left[w] // T for w in left}
    for w in sorted(left, key=lambda w: -(rest * left[w] % T))[:B - sum(share.values())]: share[w] += 1
    lost = [p for first, end in roster.get("lost", []) for p in range(first, end)]
    places, lines = itertools.chain(lost, itertools.count(roster.get("next", (roster["round"] - 1) * B * b))), []
    for w in sorted(share, key=lambda w: sha(seed(roster) + u64(roster["round"]) + base58(w))):
        mine = [next(places) for _ in range(share[w] * b)]
        rows = [permutation(bytes.fromhex(case["data"]), case["seed"], p // n, n)(p % n) for p in mine]
        lines.append({"type": "assignment", "run": roster["run"], "round": roster["round"], "worker": w, "data": case["data"],
                      "seed": seed(roster).hex(), "first": mine[0], "steps": share[w], "batch": b, "sequences": rows})
    return lines
def order(case): return [permutation(bytes.fromhex(case["data"]), case["seed"], case["epoch"], case["rows"])(p) for p in case["positions"]]
for name, rule in (("order", order), ("assignment", assign)):
    cases = json.loads((VECTORS / f"{name}.json").read_text()); derived = [case | {"expected": rule(case)} for case in cases]
    if "--write" in sys.argv: (VECTORS / f"{name}.json").write_text("[\n" + ",\n".join(map(json.dumps, derived)) + "\n]\n")
    elif derived != cases: sys.exit(f"FAILED: {name}.json is not what the protocol says")
    print(f"ok: {len(cases)} cases of {name}.json")
