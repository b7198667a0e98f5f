#!/usr/bin/env python3
"""A second implementation of docs/arithmetic.md, from its text alone: exact rational numbers,
rounded as the page says. Recomputes the known answers of section 8 in a few seconds.

usage: test_arithmetic.py [FINGERPRINTS]   (Tests/Vectors/numerics-fingerprints.txt if none)
"""
import ctypes
import math
import pathlib
import struct
import sys
from fractions import Fraction

INFINITY = math.inf


def single(x):
    """A double rounded to a float; exact for one sum, product, quotient or root of floats."""
    return ctypes.c_float(x).value


def bits(x):
    return struct.unpack("<I", struct.pack("<f", x))[0]


def from_bits(b):
    return struct.unpack("<f", struct.pack("<I", b & 0xFFFFFFFF))[0]


def bits64(x):
    return struct.unpack("<Q", struct.pack("<d", x))[0]


def from_bits64(b):
    return struct.unpack("<d", struct.pack("<Q", b & (2**64 - 1)))[0]


def fma(a, b, c):
    if not all(map(math.isfinite, (a, b, c))):
        return single(a * b + c)
    exact = Fraction(a) * Fraction(b) + Fraction(c)
    if exact == 0:
        return a * b + c if a * b == 0 else 0.0
    size = abs(exact)
    exponent = size.numerator.bit_length() - size.denominator.bit_length()
    if Fraction(2) ** exponent > size:
        exponent -= 1
    quantum = Fraction(2) ** (max(exponent, -126) - 23)
    rounded = round(size / quantum) * quantum  # ties to even
    value = INFINITY if rounded >= 2**128 else float(rounded)
    return value if exact > 0 else -value


def hexes(text):
    return [float.fromhex(word) for word in text.split()]


EXP = hexes("0x1.6e879cp-10 0x1.11121p-7 0x1.555382p-5 0x1.555554p-3 0x1p-1 0x1p0 0x1p0")
LOG = hexes("-0x1.d7a37p-4 0x1.de4a34p-4 -0x1.fcba9ep-4 0x1.23d37ep-3 -0x1.555cap-3"
            " 0x1.999d58p-3 -0x1.fffff8p-3 0x1.555554p-2")


def exp(x):
    if math.isnan(x):
        return x
    if x > float.fromhex("0x1.62e42ep6"):
        return INFINITY
    if x < float.fromhex("-0x1.5d589ep6"):
        return 0.0
    magic = float.fromhex("0x1.8p23")
    t = fma(x, float.fromhex("0x1.715476p0"), magic)
    n = single(t - magic)
    r = fma(n, float.fromhex("-0x1.63p-1"), x)
    r = fma(n, float.fromhex("0x1.bd0106p-13"), r)
    p = float.fromhex("0x1.a0d2cep-13")
    for c in EXP:
        p = fma(p, r, c)
    return from_bits(bits(p) + (bits(t) << 23))


def log(x):
    if math.isnan(x) or x == INFINITY:
        return x
    if x < 0:
        return math.nan
    if x == 0:
        return -INFINITY
    shift = 23 if x < 2.0**-126 else 0
    b = bits(x * 2.0**shift)
    d = (b - 0x3F3504F3) & 0xFFFFFFFF
    e = (d - 2**32 if d >> 31 else d) >> 23
    f = single(from_bits(b - (e << 23)) - 1)
    e = float(e - shift)
    s = single(f * f)
    p = float.fromhex("0x1.204376p-4")
    for c in LOG:
        p = fma(p, f, c)
    q = single(single(p * f) * s)
    q = fma(e, float.fromhex("-0x1.bd0106p-13"), q)
    q = fma(-0.5, s, q)
    return fma(e, float.fromhex("0x1.63p-1"), single(f + q))


def divide(a, b):
    if math.isnan(a) or math.isnan(b):
        return math.nan
    if b == 0:
        return math.nan if a == 0 else math.copysign(INFINITY, a) * math.copysign(1, b)
    return single(a / b)


def sigmoid(x):
    return divide(1.0, single(1 + exp(-x)))


def silu(x):
    return divide(x, single(1 + exp(-x)))


def reciprocal_square_root(x):
    if x < 0:
        return math.nan
    return divide(1.0, single(math.sqrt(x)))


def poly(z, coefficients):
    s = 0.0
    for c in reversed(coefficients):
        s = c + z * s
    return s


LG = [6.666666666666735130e-01, 3.999999999940941908e-01, 2.857142874366239149e-01,
      2.222219843214978396e-01, 1.818357216161805012e-01, 1.531383769920937332e-01,
      1.479819860511658591e-01]
S = [8.33333333332248946124e-03, -1.98412698298579493134e-04, 2.75573137070700676789e-06,
     -2.50507602534068634195e-08, 1.58969099521155010221e-10]
C = [4.16666666666666019037e-02, -1.38888888888741095749e-03, 2.48015872894767294178e-05,
     -2.75573143513906633035e-07, 2.08757232129817482790e-09, -1.13596475577881948265e-11]


def double_log(x):
    """Of a normal positive double."""
    d = (bits64(x) - 0x3FE6A09E667F3BCD) & (2**64 - 1)
    e = (d - 2**64 if d >> 63 else d) >> 52
    f = from_bits64(bits64(x) - (e << 52)) - 1
    s = f / (2 + f)
    z = s * s
    r = poly(z, LG) * z
    h = (0.5 * f) * f
    low = s * (h + r) + e * 1.90821492927058770002e-10
    return e * 6.93147180369123816490e-01 - ((h - low) - f)


def turn(v):
    """Sine and cosine of v turns."""
    n = round(v * 4)
    hi, lo = (v * 4 - n) * 1.57079632679489655800, 0.0
    z = hi * hi
    cube = z * hi
    sine = hi - ((z * (0.5 * lo - cube * poly(z, S)) - lo) - cube * -1.66666666666666324348e-01)
    w = 0.5 * z
    u = 1 - w
    cosine = u + (((1 - u) - w) + (z * (z * poly(z, C)) - hi * lo))
    return [(sine, cosine), (cosine, -sine), (-sine, -cosine), (-cosine, sine)][n % 4]


def block(seed, stream, index, attempt=0):
    mask = 0xFFFFFFFF
    c = [index & mask, index >> 32, stream, attempt]
    k = [seed & mask, seed >> 32]
    for _ in range(10):
        first, second = 0xD2511F53 * c[0], 0xCD9E8D57 * c[2]
        c = [(second >> 32) ^ c[1] ^ k[0], second & mask, (first >> 32) ^ c[3] ^ k[1], first & mask]
        k = [(k[0] + 0x9E3779B9) & mask, (k[1] + 0xBB67AE85) & mask]
    return c


def word(seed, stream, index):
    return block(seed, stream, index // 4)[index % 4]


def normal(seed, stream, index):
    w = block(seed, stream, index // 2)
    u = (((w[1] << 32 | w[0]) >> 11) + 1) * 2.0**-53
    v = ((w[3] << 32 | w[2]) >> 11) * 2.0**-53
    sine, cosine = turn(v)
    return single(math.sqrt(-2 * double_log(u)) * (sine if index % 2 else cosine))


def samples(count, stream):
    result = []
    for index in range(count):
        w = word(2026, stream, index)
        sign = w & 0x80000000
        if w % 32 == 0:
            b = sign
        elif w % 32 == 1:
            b = sign | w >> 10 & 0x003FFFFF
        else:
            b = sign | (112 + (w >> 5) % 16 * 5 // 4) << 23 | w >> 8 & 0x007FFFFF
        result.append(from_bits(b))
    return result


def product(transposed):
    m, n, k = 19, 37, 70
    a, b, c = samples(m * k, 1), samples(k * n, 2), samples(m * n, 3)
    for i in range(m):
        for j in range(n):
            for step in range(k):
                left = a[step * m + i] if transposed else a[i * k + step]
                right = b[j * k + step] if transposed else b[step * n + j]
                c[i * n + j] = fma(left, right, c[i * n + j])
    return c


def reduce(elements, neutral, step, join):
    lanes = [neutral[0]] * 64
    elements = list(elements)
    while len(elements) % 64:
        elements.append(neutral[1])
    for index, element in enumerate(elements):
        lanes[index % 64] = step(lanes[index % 64], element)
    while len(lanes) > 1:
        half = len(lanes) // 2
        lanes = [join(lanes[i], lanes[i + half]) for i in range(half)]
    return lanes[0]


def plus(a, b):
    return single(a + b)


def greater(a, b):
    return b if b > a else a


def reductions():
    x, y = samples(777, 1), samples(777, 2)
    pairs = (0.0, (0.0, 0.0))
    squares = reduce(zip(x, x), pairs, lambda s, p: fma(p[0], p[1], s), plus)
    return [
        reduce(x, (0.0, 0.0), plus, plus), squares,
        reduce(x, (-INFINITY, -INFINITY), greater, greater),
        reduce(zip(x, y), pairs, lambda s, p: fma(p[0], p[1], s), plus),
        single(math.sqrt(squares)),
    ]


def add_scaled():
    factor = single(1.1)
    return [fma(factor, x, y) for x, y in zip(samples(1000, 1), samples(1000, 2))]


ANSWERS = {
    "product": lambda: product(False),
    "product-transposed": lambda: product(True),
    "exponential": lambda: map(exp, samples(1000, 1)),
    "logarithm": lambda: map(log, samples(1000, 1)),
    "sigmoid": lambda: map(sigmoid, samples(1000, 1)),
    "silu": lambda: map(silu, samples(1000, 1)),
    "reciprocal-square-root": lambda: map(reciprocal_square_root, samples(1000, 1)),
    "add-scaled": add_scaled,
    "reductions": reductions,
    "random": lambda: [normal(7, 8, index) for index in range(100)],
}


def fingerprint(floats):
    value = 0xCBF29CE484222325
    for x in floats:
        for byte in struct.pack("<I", 0x7FC00000 if math.isnan(x) else bits(x)):
            value = (value ^ byte) * 0x100000001B3 & (2**64 - 1)
    return f"{value:016x}"


def main():
    default = pathlib.Path(__file__).parent / "../Vectors/numerics-fingerprints.txt"
    lines = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else default).read_text().splitlines()
    failures = 0
    for name, expected in (line.split() for line in lines if line and line[0] != "#"):
        found = fingerprint(ANSWERS[name]())
        if found != expected:
            failures += 1
            print(f"arithmetic.py: error: {name}: {found}, not {expected}", file=sys.stderr)
    sys.exit(1 if failures else 0)


if __name__ == "__main__":
    main()
