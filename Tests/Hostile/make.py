"""Writes hostile inputs of full size: usage: make.py NAME, to standard output or the file NAME.

Everything is written as a stream, so that this program needs little memory itself.
"""

import gzip
import io
import sys
import tarfile
import zipfile
import zlib


def line(output):
    """One line of a gigabyte."""
    part = b"word " * (1 << 18)
    for _ in range(820):
        output.write(part)


def json_line(output):
    """A line of JSON of a gigabyte."""
    output.write(b'{"text":"')
    line(output)
    output.write(b'"}\n{"text":"short"}\n')


def quoted(output):
    """A CSV file whose second record never ends."""
    output.write(b'text\none\n"')
    line(output)


def nul(output):
    """Half a gigabyte of NUL after one letter (alone it would be an empty tar archive)."""
    output.write(b"x")
    for _ in range(512):
        output.write(bytes(1 << 20))


def invalid(output):
    """A quarter of a gigabyte that is nowhere UTF-8."""
    part = bytes([0xFF, 0xC0, 0xE2, 0x82, 0xF0, 0x9F, 0x98, 0x80]) * (1 << 17)
    for _ in range(256):
        output.write(part)


def member(archive, name, contents):
    info = tarfile.TarInfo(name)
    info.size = len(contents)
    archive.addfile(info, io.BytesIO(contents))


def members(output):
    """A million members of a few bytes."""
    with tarfile.open(fileobj=output, mode="w|") as archive:
        for number in range(1_000_000):
            member(archive, f"m/{number}", b"text %d\n" % number)
            archive.members = []


def zip_members(output):
    """The same in a zip archive."""
    with zipfile.ZipFile(output, "w") as archive:
        for number in range(1_000_000):
            archive.writestr(f"m/{number}", b"text %d\n" % number)


def gzip_bomb(output):
    """Ten gigabytes of one letter in ten megabytes."""
    with gzip.GzipFile(fileobj=output, mode="wb", compresslevel=9) as stream:
        for _ in range(10_000):
            stream.write(b"x" * 1_000_000)


def overlapping_zip(output):
    """A zip archive of 20,000 names for the same ten megabytes (after D. Fifield, 2019)."""
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
    for _ in range(20_000):
        entry = b"PK\1\2" + (20).to_bytes(2, "little") + header(name, bytes(14))
        output.write(entry)
        size += len(entry)
    tail = [0, 0, 20_000, 20_000, size, start, 0]
    output.write(b"PK\5\6" + b"".join(f.to_bytes(s, "little") for f, s in zip(tail, [2, 2, 2, 2, 4, 4, 2])))


def nested(output):
    """Archives in one another, 200 deep."""
    contents = b"text"
    for depth in range(200):
        inner = io.BytesIO()
        with tarfile.open(fileobj=inner, mode="w:gz") as archive:
            member(archive, f"{depth}", contents)
        contents = inner.getvalue()
    output.write(contents)


def names(output):
    """Names that lead elsewhere, links, and devices."""
    with tarfile.open(fileobj=output, mode="w|") as archive:
        for name in ["../../escaped", "/tmp/nous-hostile-escaped", "a/../../b", "-rf", "a\nb", "x" * 5000]:
            member(archive, name, b"the text of " + name.encode())
        for kind, target in [(tarfile.SYMTYPE, "/etc/passwd"), (tarfile.LNKTYPE, "/etc/passwd"), (tarfile.CHRTYPE, ""),
                             (tarfile.FIFOTYPE, ""), (tarfile.DIRTYPE, "")]:
            info = tarfile.TarInfo(f"link-{kind.decode()}")
            info.type, info.linkname = kind, target
            archive.addfile(info)
        member(archive, "link-2/through", b"the text behind a link")


def tarball(output):
    """A compressed archive of two gigabytes of varied text in members of a megabyte."""
    words = [b"%x" % (n * n * 2654435761 % 1048573) for n in range(5000)]
    with tarfile.open(fileobj=output, mode="w|") as archive:
        for number in range(2000):
            part = b" ".join(words[(number * 7919 + i * (number % 97 + 1)) % 5000] for i in range(20_000))
            member(archive, f"t/{number}", (part * 9)[: 1 << 20])
            archive.members = []


if __name__ == "__main__":
    {name.replace("_", "-"): value for name, value in globals().items()}[sys.argv[1]](sys.stdout.buffer)
