#!/usr/bin/env python3
"""Derive Tests/Vectors/corpus/{order,assignment}.json from docs/protocol.md alone. --write makes them anew."""
import hashlib, json, pathlib, sys
VECTORS = pathlib.Path(__file__).parent.parent / "Vectors" / "corpus"
u64, sha = lambda x: x.to_bytes(8, "big"), lambda b: hashlib.sha256(b).digest()
def base58(text):
    number = 0
    for c in text: number = number * 58 + "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz".index(c)
    return number.to_bytes(32, "big")
def philox(c, k):
    for j in range(10):
        k0, k1 = (k[0] + j * 0x9E3779B9) % 2**32, (k[1] + j * 0xBB67AE85) % 2**32
        a, b = c[0] * 0xD2511F53, c[2] * 0xCD9E8D57
        c = (b >> 32 ^ c[1] ^ k0, b % 2**32, a >> 32 ^ c[3] ^ k1, a % 2**32)
    return c
def permutation(root, seed, epoch, n):
    key = sha(b"nous-tools order v1" + root + u64(seed) + u64(epoch))
    K = [int.from_bytes(key[i:i + 4], "big") for i in range(0, 32, 4)]
    if n < 256:
        words = (w for i in range(2**32) for w in philox((i, 12, K[2], K[3]), (K[0], K[1])))
        a = list(range(n))
        for i in range(n - 1, 0, -1):
            r = next(w for w in words if w < 2**32 - 2**32 % (i + 1)) % (i + 1)
            a[i], a[r] = a[r], a[i]
        return a.__getitem__
    h = next(h for h in range(64) if 2**(2 * h) >= n)
    def once(x):
        L, R = x >> h, x % 2**h
        for j in range(12):
            b = j % 2 * 4
            L, R = R, L ^ philox((R, j, K[b + 2], K[b + 3]), (K[b], K[b + 1]))[0] % 2**h
        return L << h | R
    def walk(x):
        x = once(x)
        return x if x < n else walk(x)
    return walk
def assign(case):
    roster, n, B, b = case["roster"], case["rows"], case["batches"], case["batch"]
    workers = sorted((base58(w["worker"]), w["throughput"], w["worker"]) for w in roster["workers"])
    share, left, rest = {}, list(workers), B
    while (T := sum(w[1] for w in left)) and (small := [w for w in left if rest * w[1] < T]):
        share |= {w: 1 for w in small}; rest -= len(small); left = [w for w in left if w not in small]
    share |= {w: rest * w[1] // T for w in left}
    for w in sorted(left, key=lambda w: -(rest * w[1] % T))[:B - sum(share.values())]: share[w] += 1
    first, lines, root = (roster["round"] - 1) * B * b, [], bytes.fromhex(case["data"])
    for w in sorted(workers, key=lambda w: sha(bytes.fromhex(roster["seed"]) + u64(roster["round"]) + w[0])):
        rows = [permutation(root, case["seed"], p // n, n)(p % n) for p in range(first, first + share[w] * b)]
        lines.append({"type": "assignment", "run": roster["run"], "round": roster["round"], "worker": w[2], "data": case["data"],
                      "seed": roster["seed"], "first": first, "steps": share[w], "batch": b, "sequences": rows})
        first += len(rows)
    return lines
def order(case):
    pi = permutation(bytes.fromhex(case["data"]), case["seed"], case["epoch"], case["rows"])
    return [pi(p) for p in case["positions"]]
for name, rule in (("order", order), ("assignment", assign)):
    cases = json.loads((VECTORS / f"{name}.json").read_text())
    derived = [case | {"expected": rule(case)} for case in cases]
    if "--write" in sys.argv: (VECTORS / f"{name}.json").write_text("[\n" + ",\n".join(map(json.dumps, derived)) + "\n]\n")
    elif derived != cases: sys.exit(f"FAILED: {name}.json is not what the protocol says")
    print(f"ok: {len(cases)} cases of {name}.json")
