"""A second implementation of the update format, written from docs/formats/update.md with numpy.

Plain and slow. `encode` and `decode` are of one tensor without a transform; `forward` and `inverse`
are the transform, in binary64 (ours is in binary32, so those two agree to rounding only).
"""
import math
import struct

import numpy as np

ROOTS = [float.fromhex(text) for text in (
    "0x1p0", "0x1.172b84p0", "0x1.306fep0", "0x1.4bfdaep0", "0x1.6a09e6p0", "0x1.8ace54p0",
    "0x1.ae89fap0", "0x1.d5818ep0")]
GRID = [0.0] + [ROOTS[e % 8] * 2.0 ** (e // 8 - 27) for e in range(1, 256)]
FORMATS = ["float32", "float16", "int8", "fp4", "two-bit", "sign", "unit-sign"]
BITS = dict(zip(FORMATS, [32, 16, 8, 4, 2, 1, 1]))
MARK_BITS = dict(zip(FORMATS, [1, 1, 8, 8, 8, 8, 1]))


class Refused(Exception):
    """Bytes that the format forbids."""


def refuse_unless(condition, why):
    if not condition:
        raise Refused(why)


def kept_count(length, chunk, keep):
    return max(1, keep * length // chunk)


def rice_parameter(kept, length):
    b = 0
    while 100 * kept * 2 ** (b + 1) <= 69 * (length - kept):
        b += 1
    return b


def nearest_on_grid(value):
    return min(range(256), key=lambda e: (abs(GRID[e] - value), e))


# Values: each `quantize_…` gives (mark, second, codes), each `dequantize_…` the decoded floats.

def bits_of(value, kind="f"):
    return struct.unpack("<I" if kind == "f" else "<H", struct.pack("<" + kind, value))[0]


def is_negative(value):
    return 1 if value < 0 else 0


def quantize_float32(values):
    codes = [bits_of(float(v)) if v != 0 else 0 for v in values]
    return (1 if any(codes) else 0), 0, codes


def quantize_float16(values):
    codes = []
    for v in values:
        half = np.float16(max(-65504.0, min(65504.0, float(v))))
        codes.append(bits_of(float(half), "e") if half != 0 else 0)
    return (1 if any(codes) else 0), 0, codes


def quantize_int8(values):
    largest = max(abs(float(v)) for v in values)
    mark = next((e for e in range(256) if 127 * GRID[e] >= largest), 255)
    if mark == 0:
        return 0, 0, []
    scale = np.float32(GRID[mark])
    units = [int(max(-127, min(127, np.rint(np.float32(v) / scale)))) for v in values]
    return (mark if any(units) else 0), 0, [u & 255 for u in units]


def nearest_power(magnitude):
    """The exponent of the nearest power of two, the larger of two equally near."""
    mantissa, exponent = math.frexp(magnitude)     # in [1/2, 1)
    return exponent if mantissa >= 0.75 else exponent - 1


def quantize_fp4(values):
    largest = max(abs(float(v)) for v in values)
    if largest == 0:
        return 0, 0, []
    top = max(-119, min(127, nearest_power(largest)))
    levels = [0.0] + [2.0 ** (top + f - 7) for f in range(1, 8)]
    codes = []
    for v in values:
        f = min(range(8), key=lambda f: (abs(levels[f] - abs(float(v))), -f))
        codes.append(f + 8 * (is_negative(v) if f else 0))
    return (top + 120 if any(codes) else 0), 0, codes


def running_sum(numbers):
    total = 0.0
    for number in numbers:
        total += number
    return total


def quantize_two_bit(values):
    magnitudes = [abs(float(v)) for v in values]

    def means(threshold):
        low = [a for a in magnitudes if a <= threshold]
        high = [a for a in magnitudes if a > threshold]
        if not low or not high:
            mean = (running_sum(low) + running_sum(high)) / len(magnitudes)
            return mean, mean
        return running_sum(low) / len(low), running_sum(high) / len(high)

    threshold = running_sum(magnitudes) / len(magnitudes)
    low, high = means(threshold)
    for _ in range(2):
        threshold = (low + high) / 2
        low, high = means(threshold)
    mark, second = nearest_on_grid(high), nearest_on_grid(low)
    codes = []
    for v, a in zip(values, magnitudes):
        is_high = mark > second and a > threshold
        is_zero = not is_high and second == 0
        codes.append((0 if is_zero else is_negative(v)) + (2 if is_high else 0))
    return mark, second, codes


def quantize_sign(values):
    mean = running_sum(abs(float(v)) for v in values) / len(values)
    return nearest_on_grid(mean), 0, [is_negative(v) for v in values]


def quantize_unit_sign(values):
    return (1 if any(v != 0 for v in values) else 0), 0, [is_negative(v) for v in values]


QUANTIZERS = dict(zip(FORMATS, [
    quantize_float32, quantize_float16, quantize_int8, quantize_fp4, quantize_two_bit,
    quantize_sign, quantize_unit_sign]))


def dequantize(codes, kind, mark, second):
    if kind == "float32":
        values = [struct.unpack("<f", struct.pack("<I", code))[0] for code in codes]
        refuse_unless(all(math.isfinite(v) for v in values), "a value that is not finite")
        refuse_unless(0x80000000 not in codes, "a negative zero")
    elif kind == "float16":
        values = [struct.unpack("<e", struct.pack("<H", code))[0] for code in codes]
        refuse_unless(all(math.isfinite(v) for v in values), "a value that is not finite")
        refuse_unless(0x8000 not in codes, "a negative zero")
    elif kind == "int8":
        units = [code - 256 if code > 127 else code for code in codes]
        refuse_unless(-128 not in units, "-128")
        refuse_unless(max(map(abs, units)) >= (1 if mark == 1 else 116), "another scale")
        values = [float(np.float32(u) * np.float32(GRID[mark])) for u in units]
    elif kind == "fp4":
        refuse_unless(mark <= 247 and 8 not in codes, "a mark or a negative zero")
        refuse_unless(mark == 1 or max(code & 7 for code in codes) == 7, "another exponent")
        magnitudes = [0.0] + [2.0 ** (mark - 120 + f - 7) for f in range(1, 8)]
        values = [magnitudes[code & 7] * (-1 if code > 7 else 1) for code in codes]
    elif kind == "two-bit":
        refuse_unless(second <= mark, "levels in the wrong order")
        high = sum(code > 1 for code in codes)
        refuse_unless(high == 0 if mark == second else 0 < high < len(codes), "levels unused")
        refuse_unless(second > 0 or 1 not in codes, "a negative zero")
        values = [GRID[mark if code > 1 else second] * (-1 if code & 1 else 1) for code in codes]
    else:
        magnitude = GRID[mark] if kind == "sign" else 1.0
        values = [-magnitude if code else magnitude for code in codes]
    refuse_unless(any(values), "a chunk of zeros")
    return values


# A tensor.

def encode(elements, chunk, keep, kind):
    """The bytes of a one-dimensional float32 array."""
    bits = []

    def put(number, count):
        bits.extend(number >> i & 1 for i in range(count))

    for start in range(0, len(elements), chunk):
        part = elements[start:start + chunk]
        kept = kept_count(len(part), chunk, keep)
        order = sorted(range(len(part)), key=lambda i: (-abs(float(part[i])), i))
        places = sorted(order[:kept])
        mark, second, codes = QUANTIZERS[kind]([part[i] for i in places])
        put(mark, MARK_BITS[kind])
        if mark == 0:
            continue
        if kind == "two-bit":
            put(second, 8)
        if kept < len(part):
            b, free = rice_parameter(kept, len(part)), 0
            for place in places:
                gap = place - free
                bits.extend([0] * (gap >> b) + [1])
                put(gap & (1 << b) - 1, b)
                free = place + 1
        for code in codes:
            put(code, BITS[kind])
    bits.extend([0] * (-len(bits) % 8))
    return bytes(sum(bit << i for i, bit in enumerate(bits[at:at + 8]))
                 for at in range(0, len(bits), 8))


def decode(data, count, chunk, keep, kind):
    """The elements of a tensor, zeros where nothing is sent, and the number sent."""
    bits = np.unpackbits(np.frombuffer(data, np.uint8), bitorder="little")
    at = 0

    def take(number):
        nonlocal at
        refuse_unless(at + number <= len(bits), "the end")
        value = sum(int(bit) << i for i, bit in enumerate(bits[at:at + number]))
        at += number
        return value

    elements, sent = np.zeros(count, np.float32), 0
    for start in range(0, count, chunk):
        length = min(chunk, count - start)
        mark = take(MARK_BITS[kind])
        if mark == 0:
            continue
        second = take(8) if kind == "two-bit" else 0
        kept = kept_count(length, chunk, keep)
        places = list(range(length))
        if kept < length:
            b, free, places = rice_parameter(kept, length), 0, []
            for _ in range(kept):
                quotient = 0
                while take(1) == 0:
                    quotient += 1
                place = free + (quotient << b) + take(b)
                refuse_unless(place < length, "a place beyond the chunk")
                places.append(place)
                free = place + 1
        codes = [take(BITS[kind]) for _ in range(kept)]
        for place, value in zip(places, dequantize(codes, kind, mark, second)):
            elements[start + place] = value
        sent += kept
    refuse_unless((at + 7) // 8 == len(data), "another length")
    refuse_unless(not bits[at:].any(), "other bits than zeros")
    return elements, sent


# The transform.

def side(length):
    return max(d for d in range(1, min(64, length) + 1) if length % d == 0)


def sides(shape):
    return (side(shape[0]) if len(shape) == 2 else 1), side(shape[-1])


def cosine_matrix(size):
    i, j = np.mgrid[0:size, 0:size]
    matrix = np.sqrt(2 / size) * np.cos(2 * np.pi * ((2 * j + 1) * i % (4 * size)) / (4 * size))
    matrix[0] = np.sqrt(1 / size)
    return matrix.astype(np.float32).astype(np.float64)


def blocks(tensor):
    """A view [rows of blocks, columns of blocks, h, w] of a matrix or vector."""
    matrix = tensor.reshape(-1, tensor.shape[-1])
    h, w = sides(tensor.shape)
    return matrix.reshape(matrix.shape[0] // h, h, matrix.shape[1] // w, w).swapaxes(1, 2)


def forward(tensor):
    h, w = sides(tensor.shape)
    return (cosine_matrix(h) @ blocks(tensor.astype(np.float64)) @ cosine_matrix(w).T).ravel()


def inverse(coefficients, shape):
    h, w = sides(shape)
    result = np.zeros(shape)
    view = blocks(result)
    view[...] = cosine_matrix(h).T @ coefficients.astype(np.float64).reshape(view.shape) @ cosine_matrix(w)
    return result


def tensor_codec(shape, transform, chunk, keep):
    """Elements a chunk and elements sent of it, of a tensor of the given shape."""
    if transform == "none":
        return chunk, keep
    h, w = sides(shape)
    length = max(1, chunk // (h * w)) * h * w
    return length, min(length, max(1, keep * length // chunk))


def read_file(data, shapes):
    """The header's fields and the decoded coefficients of every tensor."""
    magic, version, transform, code, chunk, keep, count = struct.unpack_from("<8sHBBIII", data)
    refuse_unless(magic == b"nous-upd" and version == 1 and count == len(shapes), "the header")
    transform, kind = ["none", "cosine"][transform], FORMATS[code]
    lengths = struct.unpack_from(f"<{count}Q", data, 24)
    at, tensors = 24 + 8 * count, []
    for shape, length in zip(shapes, lengths):
        c, k = tensor_codec(shape, transform, chunk, keep)
        tensors.append(decode(data[at:at + length], int(np.prod(shape)), c, k, kind)[0])
        at += length
    refuse_unless(at == len(data), "the file's length")
    return (transform, chunk, keep, kind), tensors
