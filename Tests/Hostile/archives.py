"""Archives that no program would write."""

import bz2
import gzip
import io
import lzma
import random
import struct
import tarfile
import zipfile
import zlib


def overlapping_zip(output, names):
    """Writes a zip archive of so many names for the same ten megabytes (after D. Fifield, 2019)."""
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    contents = b"x" * 10_000_000
    packed = packer.compress(contents) + packer.flush()
    check = zlib.crc32(contents)

    def header(name, extra):
        fields = [20, 0, 8, 0, 0x21, check, len(packed), len(contents), len(name), 0]
        sizes = [2, 2, 2, 2, 2, 4, 4, 4, 2, 2]
        return b"".join(f.to_bytes(s, "little") for f, s in zip(fields, sizes)) + extra + name

    name = b"aaaaa"
    output.write(b"PK\3\4" + header(name, b"") + packed)
    start = 30 + len(name) + len(packed)
    size = 0
    for _ in range(names):
        entry = b"PK\1\2" + (20).to_bytes(2, "little") + header(name, bytes(14))
        output.write(entry)
        size += len(entry)
    tail = [0, 0, names, names, size, start, 0]
    output.write(b"PK\5\6" + b"".join(f.to_bytes(s, "little") for f, s in zip(tail, [2, 2, 2, 2, 4, 4, 2])))


def literal(count):
    """The five bytes of Deflate that say: the next bytes stand for themselves."""
    return b"\0" + struct.pack("<HH", count, count ^ 0xFFFF)


def repeat(count):
    """The five bytes that say: the last 17 to 20 bytes again (a block of two matches)."""
    bits = [0, 1, 0]
    for length in (count // 2, count - count // 2):
        bits += [int(bit) for bit in f"{length - 2:07b}01000"]
        bits += [count - 17 >> place & 1 for place in range(3)]
    bits += [0] * 7
    return bytes(sum(bits[8 * byte + place] << place for place in range(8)) for byte in range(5))


def self_printing(prefix, check, size):
    """A gzip file that begins with `prefix`, states `check` and `size`, and holds its own bytes.

    Every command prints what stands before or after it, always one step behind (after R. Cox, 2010).
    """
    suffix = b"\1" + literal(0)[1:] + struct.pack("<II", check, size)
    first, last, four = len(prefix) + 5, len(suffix) + 5, 20
    tail = repeat(four) + 2 * literal(0) + literal(last)
    return b"".join([
        2 * (prefix + literal(first)),
        repeat(first), literal(5), repeat(first), literal(5),
        literal(5), literal(four), repeat(first), literal(5), literal(5), literal(four),
        3 * (repeat(four) + literal(four)), repeat(four), literal(four),
        2 * tail,
        2 * (repeat(last) + suffix),
    ])


def gzip_quine():
    """A gzip file that decompresses to itself, and so without end."""
    for letter in b"abcdefgh":
        prefix = b"\x1f\x8b\x08\x08\0\0\0\0\0\x03q" + bytes([letter, 0])
        size = len(self_printing(prefix, 0, 0))
        image = [zlib.crc32(self_printing(prefix, check, size)) for check in [0] + [1 << bit for bit in range(32)]]
        # The checksum of the file is an affine function of the one it states: solve for a fixed point.
        basis = {}
        for bit in range(32):
            vector, chosen = image[bit + 1] ^ image[0] ^ 1 << bit, 1 << bit
            while vector and vector.bit_length() in basis:
                other, more = basis[vector.bit_length()]
                vector, chosen = vector ^ other, chosen ^ more
            basis.setdefault(vector.bit_length(), (vector, chosen))
        rest, check = image[0], 0
        while rest and rest.bit_length() in basis:
            vector, chosen = basis[rest.bit_length()]
            rest, check = rest ^ vector, check ^ chosen
        if not rest:
            quine = self_printing(prefix, check, size)
            assert gzip.decompress(quine) == quine
            return quine
    raise AssertionError("no fixed point")


def damaged(number):
    """A small archive of a kind chosen by `number`, with bytes changed, cut off or put in."""
    chance = random.Random(number)
    packed = io.BytesIO()
    texts = [b"line %d of a text\n" % line * chance.randrange(1, 50) for line in range(5)]
    if number % 5 == 0:
        with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
            for place, text in enumerate(texts):
                archive.writestr(f"{place}", text)
    else:
        with tarfile.open(fileobj=packed, mode="w") as archive:
            for place, text in enumerate(texts):
                info = tarfile.TarInfo(f"{place}")
                info.size = len(text)
                archive.addfile(info, io.BytesIO(text))
    squeeze = [bytes, bytes, gzip.compress, bz2.compress, lzma.compress][number % 5]
    whole = bytearray(squeeze(packed.getvalue()))
    for _ in range(chance.randrange(1, 9)):
        place = chance.randrange(len(whole))
        match chance.randrange(4):
            case 0: whole[place] ^= 1 << chance.randrange(8)
            case 1: whole[place:place + 4] = chance.randbytes(4)
            case 2: whole[place:place] = chance.randbytes(chance.randrange(1, 20))
            case 3: del whole[max(place, 1):max(place, 1) + chance.randrange(1, 400)]
    return bytes(whole)
