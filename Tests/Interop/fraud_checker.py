#!/usr/bin/env python3
"""Checks a fraud proof of docs/formats/dispute.md, which it is written from: `fraud_checker.py PROOF`; 0 if it holds."""
import base64, functools, hashlib, json, math, operator, struct, sys  # noqa: E401  300 lines at most

# Ed25519, the strict rule of docs/formats/identity.md
P, L = 2**255 - 19, 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, -1, P) % P
ROOT = pow(2, (P - 1) // 4, P)

def point(data):
    y = int.from_bytes(data, "little")
    sign, y = y >> 255, y & (1 << 255) - 1
    square = (y * y - 1) * pow(D * y * y + 1, -1, P) % P
    x = pow(square, (P + 3) // 8, P)
    x = x if x * x % P == square else x * ROOT % P
    need(y < P and x * x % P == square and not (x == 0 and sign), "a point of the curve")
    return (P - x if x & 1 != sign else x, y)
def add(a, b):
    (x, y), (u, v) = a, b
    k = D * x * u * y * v
    return ((x * v + y * u) * pow(1 + k, -1, P) % P, (y * v + x * u) * pow(1 - k, -1, P) % P)
def times(n, a):
    total = (0, 1)
    while n:
        total, a, n = add(total, a) if n & 1 else total, add(a, a), n >> 1
    return total

def verify(key, message, signature):
    a, r, s = point(key), point(signature[:32]), int.from_bytes(signature[32:], "little")
    need(s < L and all(times(8, q) != (0, 1) for q in (a, r)), "a strict signature")
    k = int.from_bytes(hashlib.sha512(signature[:32] + key + message).digest(), "little") % L
    base = point((4 * pow(5, -1, P) % P).to_bytes(32, "little"))
    need(times(s, base) == add(r, times(k, a)), "a valid signature")
def base58(text):
    letters = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
    return functools.reduce(lambda number, c: number * 58 + letters.index(c), text, 0).to_bytes(32, "big")

def need(condition, what):
    if not condition:
        raise ValueError(f"expected {what}")
def sha(data): return hashlib.sha256(data).digest()
def included(leaf, index, size, path, root):
    need(0 <= index < size, "a leaf of the tree")
    node, last, digest = index, size - 1, sha(b"\0" + leaf)
    for sibling in map(bytes.fromhex, path):
        need(last, "a shorter path")
        if node & 1 or node == last:
            digest = sha(b"\1" + sibling + digest)
            while not node & 1 and node:
                node, last = node >> 1, last >> 1
        else:
            digest = sha(b"\1" + digest + sibling)
        node, last = node >> 1, last >> 1
    need(last == 0 and digest == bytes.fromhex(root), "a leaf under the root")
def bits(x):
    return struct.unpack("<I", struct.pack("<f", math.nan if x != x else x))[0]

def single(x):
    """A float's nearest: of an exact integer pair (n, e), n·2^e, or of a double that is the exact result."""
    if isinstance(x, tuple):
        n, e = x
        shift = max(n.bit_length() - 24, -149 - e)  # bits to drop
        if shift > 0:
            q, rest, half = abs(n) >> shift, abs(n) & (1 << shift) - 1, 1 << shift - 1
            q += rest > half or rest == half and q & 1
            n, e = (q if n > 0 else -q), e + shift
        return math.ldexp(n, e) if n.bit_length() + e <= 128 else math.copysign(math.inf, n)
    if math.isfinite(x) and abs(x) >= (2 - 2.0**-24) * 2.0**127:
        return math.copysign(math.inf, x)
    return struct.unpack("<f", struct.pack("<f", x))[0]
def exact(x):
    n, d = x.as_integer_ratio()
    return n, 1 - d.bit_length()

def fma(a, b, c):
    if not all(map(math.isfinite, (a, b, c))):
        return a * b + c
    (n, e), (m, f), (k, g) = exact(a), exact(b), exact(c)
    low = min(e + f, g)
    total = (n * m << e + f - low) + (k << g - low)
    return single((total, low)) if total else single(a * b + c)

# One operation done in double and rounded once more is that operation on floats (Figueroa, 1995).
def plus(a, b): return single(a + b)
def minus(a, b): return single(a - b)
def mul(a, b): return single(a * b)
def div(a, b): return single(a / b) if b else math.nan if a == 0 or a != a else a * math.copysign(math.inf, b)
def root(a): return single(math.sqrt(a)) if a >= 0 else math.nan

def exp(x):  # docs/arithmetic.md, 4.1
    if x != x or x > float.fromhex("0x1.62e42ep6") or x < float.fromhex("-0x1.5d589ep6"):
        return x if x != x else math.inf if x > 0 else 0.0
    h = float.fromhex
    n = minus(fma(x, h("0x1.715476p0"), h("0x1.8p23")), h("0x1.8p23"))
    r = fma(n, h("0x1.bd0106p-13"), fma(n, h("-0x1.63p-1"), x))
    p = h("0x1.a0d2cep-13")
    for c in ("0x1.6e879cp-10", "0x1.11121p-7", "0x1.555382p-5", "0x1.555554p-3", "0x1p-1", "1", "1"):
        p = fma(p, r, h(c))
    return single(math.ldexp(p, int(n)))

def log(x):  # 4.2
    if x <= 0 or not math.isfinite(x):
        return -math.inf if x == 0 else math.inf if x > 0 else math.nan
    h, scaled = float.fromhex, x < 2.0**-126
    u = bits(x * 2.0**23 if scaled else x)
    d = u - 0x3F3504F3
    e = d >> 23
    f = struct.unpack("<f", struct.pack("<I", u - (e << 23)))[0] - 1
    s, p = mul(f, f), h("0x1.204376p-4")
    for c in ("-0x1.d7a37p-4", "0x1.de4a34p-4", "-0x1.fcba9ep-4", "0x1.23d37ep-3", "-0x1.555cap-3",
              "0x1.999d58p-3", "-0x1.fffff8p-3", "0x1.555554p-2"):
        p = fma(p, f, h(c))
    e = float(e - 23 if scaled else e)
    q = fma(-0.5, s, fma(e, h("-0x1.bd0106p-13"), mul(mul(p, f), s)))
    return fma(e, h("0x1.63p-1"), plus(f, q))
def logistic(x): return div(1.0, plus(1.0, exp(minus(0.0, x))))

def chain(x, y, start=0.0):
    for a, b in zip(x, y, strict=True):
        start = fma(a, b, start)
    return start
def join(lanes, step):
    while half := len(lanes) // 2:
        lanes = [step(a, b) for a, b in zip(lanes[:half], lanes[half:])]
    return lanes[0]
EACH = {
    "add": plus, "subtract": minus, "multiply": mul, "multiply-add": fma, "divide": div,
    "reciprocal": lambda x: div(1.0, x), "exponential": lambda x, m: exp(minus(x, m)),
    "reciprocal-root": lambda q, n, e: div(1.0, root(plus(div(q, n), e))),
    "gate": lambda g, u: mul(mul(g, logistic(g)), u),
    "gate-gradient": lambda d, g, u: mul(mul(d, u), mul(logistic(g), fma(g, minus(1.0, logistic(g)), 1.0))),
    "up-gradient": lambda d, g: mul(d, mul(g, logistic(g))),
    "norm-gradient": lambda s, n, r, m, d=0.0: fma(r, fma(n, -m, s), d),
    "score-gradient": lambda p, dp, d, k: mul(mul(p, minus(dp, d)), k),
    "z-loss-reciprocal": lambda r, s, m, c: mul(r, fma(mul(2.0, c), plus(log(s), m), 1.0)),
    "clip-scale": lambda n, c: (lambda scale: scale if scale < 1 else 1.0)(div(c, plus(n, single(1e-6)))),
    "first-moment": lambda g, c, m, a: fma(a, minus(mul(g, c), m), m),
    "second-moment": lambda g, c, v, a, b: fma(a, mul(mul(g, c), mul(g, c)), mul(b, v)),
    "descent": lambda p, m, v, a, c, e, d: fma(a, div(m, plus(div(root(v), c), e)), mul(p, d)),
}

# Of each kind the least and most inputs, and the settings: None is one for each input.
NEEDS = {
    **dict.fromkeys("add subtract multiply divide exponential gate up-gradient clip-scale lookup".split(), (2, 2, 0)),
    **dict.fromkeys("multiply-add reciprocal-root gate-gradient".split(), (3, 3, 0)),
    **dict.fromkeys("score-gradient z-loss-reciprocal first-moment loss logit-gradient".split(), (4, 4, 0)),
    **dict.fromkeys("reciprocal joined-maximum joined-sum norm".split(), (1, 1, 0)),
    **dict.fromkeys("chain paired-chain lookup-gradient lane-product".split(), (2, 3, 2)),
    **dict.fromkeys("scores score-sensitivity attention key-gradient".split(), (3, 3, 4)),
    "norm-gradient": (4, 5, 0), "second-moment": (5, 5, 0), "descent": (7, 7, 0), "sum-in-order": (1, 2, 2),
    "transpose": (1, 1, 1), "flatten": (1, 65536, None), "rotation": (3, 3, 3), "head-product": (2, 2, 4),
    "largest": (1, 1, 4), "lane-maximum": (1, 2, 2), "lane-sum": (1, 2, 2),
}
def element(op, r, c, read, shape):
    """The element in row r, column c; read(input, row, first, end) gives numbers, shape(input) a shape."""
    kind, s, inputs = op["kind"], op["settings"], len(op["inputs"])
    least, most, settings = NEEDS[kind]
    causal = kind in ("lane-maximum", "lane-sum") and len(s) == 4  # two settings and the batch more
    need(least + causal <= inputs <= most + causal and len(s) == (inputs if settings is None else settings + 2 * causal),
         "inputs and settings of the kind")
    one = lambda i, r, c: read(i, r, c, c + 1)[0]
    if kind in EACH:
        return EACH[kind](*(one(i, 0 if shape(i)[0] == 1 else r, 0 if shape(i)[1] == 1 else c) for i in range(inputs)))
    if kind in ("chain", "paired-chain"):
        first = read(0, r if kind == "chain" else c, *s)
        return chain(first, read(1, c, *s), one(2, r, c) if inputs > 2 else 0.0)
    if kind in ("sum-in-order", "lookup-gradient"):
        start = inputs - 1 if inputs > (1 if kind == "sum-in-order" else 2) else None
        value = 0.0 if start is None else one(start, r, c)
        tokens = read(1, 0, *s) if kind == "lookup-gradient" else None
        for n, x in enumerate(read(0, c, *s) if tokens is None or r in tokens else ()):
            value = plus(value, x) if tokens is None or tokens[n] == r else value
        return value
    if kind.startswith("lane-"):
        factors, first, end = 2 if kind == "lane-product" else 1, *s[:2]
        previous, origin = factors + (len(s) > 2), 0
        lanes = [-math.inf if kind == "lane-maximum" else 0.0] * 64
        lanes = read(previous, r, 0, 64) if inputs > previous else lanes
        if len(s) > 2:
            T, H = s[2:]
            origin = int(one(factors, 2, r // (T * H) * T + r % T))
            first, end = max(first, origin), min(end, r % T + 1)
        x = read(0, r, first, end) if first < end else []
        for place, a, b in zip(range(first, end), x, read(1, r, first, end) if factors == 2 else x):
            lane = (place - origin) % 64
            lanes[lane] = ((a if a > lanes[lane] else lanes[lane]) if kind == "lane-maximum" else
                           plus(lanes[lane], a) if kind == "lane-sum" else fma(a, b, lanes[lane]))
        return lanes[c]
    if kind in ("joined-maximum", "joined-sum"):
        return join(read(0, r, 0, 64), plus if kind == "joined-sum" else lambda a, b: b if b > a else a)
    if kind == "norm":
        return single(math.sqrt(functools.reduce(operator.add, read(0, 0, 0, shape(0)[1]), 0.0)))
    if kind == "transpose":
        return one(0, r // shape(0)[1] * s[0] + c, r % shape(0)[1])
    if kind == "flatten":
        index = r * op["shape"][1] + c
        i = max(n for n, offset in enumerate(s) if offset <= index)
        row, column = divmod(index - s[i], shape(i)[1])
        return one(i, row, column) if row < shape(i)[0] else 0.0
    if kind == "lookup":
        return one(1, int(one(0, 0, r)), c)
    if kind == "rotation":
        T, size, backward = s
        half, pair = size // 2, c % size % (size // 2)
        low, high = one(0, r, c // size * size + pair), one(0, r, c // size * size + pair + half)
        turns = read(1, r % T - int(one(2, 2, r)), 0, size)
        cosine, sine = turns[pair], turns[half + pair] * (-1 if backward else 1)
        return fma(low, cosine, -mul(high, sine)) if c % size < half else fma(high, cosine, mul(low, sine))
    if kind == "loss":
        y = int(one(3, 1, r))
        return minus(log(one(2, r, 0)), minus(one(0, r, y), one(1, r, 0))) if y >= 0 else 0.0
    if kind == "logit-gradient":
        y = int(one(2, 1, r))
        p = lambda: mul(one(0, r, c), one(1, r, 0))
        return 0.0 if y < 0 else mul(minus(p(), 1.0) if y == c else p(), one(3, 0, 0))
    if kind == "largest":
        return largest(read(0, r, 0, min(s[0], s[3] - r * s[0])), s, c)
    T, H, G, size = s
    if kind in ("scores", "score-sensitivity", "head-product"):
        token, head = r // (T * H) * T + r % T, r // T % H
        q = read(0, token, head * size, (head + 1) * size)
        if kind == "head-product":
            y = read(1, token, head * size, (head + 1) * size)
            return join([chain(q[lane::64], y[lane::64]) for lane in range(64)], plus)
        if not int(one(2, 2, token)) <= c <= r % T:
            return -math.inf if kind == "scores" else 0.0
        g = head // (H // G)
        value = chain(q, read(1, token - r % T + c, g * size, (g + 1) * size))
        return mul(value, div(1.0, root(float(size)))) if kind == "scores" else value
    b, i, h, d = r // T, r % T, c // size, c % size
    if kind == "attention":
        first = int(one(2, 2, r))
        values = b * G * size + h // (H // G) * size + d
        return chain(read(0, (b * H + h) * T + i, first, i + 1), read(1, values, first, i + 1))
    starts = read(2, 2, r, (b + 1) * T)
    end, value = i + next((n for n, start in enumerate(starts) if start > i), len(starts)), 0.0
    for head in range(h * (H // G), (h + 1) * (H // G)):
        weights = read(0, (b * H + head) * T + i, i, end)
        value = chain(weights, read(1, (b * H + head) * size + d, i, end), value)
    return value

def largest(x, s, c):
    """What element c of a chunk decodes to: docs/formats/update.md, "Values", for the format `sign`."""
    kept = max(1, s[1] * len(x) // s[0])
    need(s[2] in (5, 6), "values of the format sign or unit-sign")
    places = sorted(sorted(range(len(x)), key=lambda i: (-abs(x[i]), i))[:kept])
    mean = functools.reduce(operator.add, (abs(x[place]) for place in places), 0.0) / kept
    roots = [float.fromhex(h) for h in "1 0x1.172b84p0 0x1.306fep0 0x1.4bfdaep0 0x1.6a09e6p0 0x1.8ace54p0 "
             "0x1.ae89fap0 0x1.d5818ep0".split()]
    grid = [0.0] + [roots[e % 8] * 2.0 ** (e // 8 - 27) for e in range(1, 256)]
    scale = min(grid, key=lambda g: (abs(mean - g), g)) if s[2] == 5 else float(mean > 0)
    return (-scale if x[c] < 0 else scale) if c in places and scale else 0.0

def check(data):
    """What the proof in these bytes shows; ValueError if it does not hold."""
    proof = json.loads(data)
    need(json.dumps(proof, separators=(",", ":"), ensure_ascii=False).encode() + b"\n" == data, "the canonical form")
    members = "type statement operator row column correct operators tiles".split()
    need(proof["type"] == "fraud-proof v1" and list(proof) == members
         and all(list(opened) == ["number", "line", "path"] for opened in proof["operators"])
         and all(list(tile) == ["operator", "tile", "elements", "path"] for tile in proof["tiles"]), "the members")
    for keys in ([o["number"] for o in proof["operators"]], [[t["operator"], t["tile"]] for t in proof["tiles"]]):
        need(all(a < b for a, b in zip(keys, keys[1:])), "an ascending order")
    statement = dict(proof["statement"])
    _, name, signature = statement.pop("signature").split(" ")
    signature, key = base64.b64decode(signature), base58(name)
    text = json.dumps(statement, sort_keys=True, separators=(",", ":"), ensure_ascii=False) + "\n"
    need(signature[:4] == sha(name.encode() + b"\n\1" + key)[:4], "the signer's key id")
    verify(key, text.encode(), signature[4:])
    operators, tiles = {}, {}
    for opened in proof["operators"]:
        included(opened["line"].encode(), opened["number"], statement["operators"], opened["path"], statement["root"])
        operators[opened["number"]] = json.loads(opened["line"])
    for tile in proof["tiles"]:
        op = operators[tile["operator"]]
        rows, per_row = op["shape"][0], -(-op["shape"][1] // 1024)
        words = base64.b64decode(tile["elements"])
        included(words, tile["tile"], rows * per_row, tile["path"], op["root"])
        need(len(words) == 4 * min(1024, op["shape"][1] - tile["tile"] % per_row * 1024), "a whole tile")
        tiles[tile["operator"], tile["tile"]] = struct.unpack(f"<{len(words) // 4}f", words)

    def opened(number, row, first, end):
        rows, columns = operators[number]["shape"]
        need(0 <= row < rows and 0 <= first < end <= columns, "a part of a row")
        per_row = -(-columns // 1024)
        return [tiles[number, row * per_row + c // 1024][c % 1024] for c in range(first, end)]

    op, row, column = operators[proof["operator"]], proof["row"], proof["column"]
    signed = opened(proof["operator"], row, column, column + 1)[0]
    correct = element(op, row, column, lambda i, *part: opened(op["inputs"][i], *part),
                      lambda i: operators[op["inputs"][i]]["shape"])
    need(bits(correct) == bits(struct.unpack("<f", base64.b64decode(proof["correct"]))[0]), "the correct element")
    need(bits(signed) != bits(correct), "an element that is not what was signed")
    return {"signer": name, "operator": op["operator"], "kind": op["kind"], "signed": signed, "correct": correct}

if __name__ == "__main__":
    try:
        print(json.dumps(check(open(sys.argv[1], "rb").read())))
    except (ValueError, KeyError, IndexError, TypeError) as error:
        sys.exit(f"fraud_checker.py: the proof does not hold: {error!r}")
