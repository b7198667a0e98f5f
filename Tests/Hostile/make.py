"""Writes hostile inputs to standard output. Usage: make.py NAME [NUMBER].

Everything is written as a stream, so that this program needs little memory itself. With PARTS=20 in
the environment the large ones are a twentieth of their size. archives.py has those made by hand.
"""

import gzip
import io
import os
import sys
import tarfile
import zipfile

import archives

PARTS = int(os.environ.get("PARTS", "1"))


def line(output):
    """One line of a gigabyte, 820 parts of 1,310,720 bytes."""
    part = b"word " * (1 << 18)
    for _ in range(820 // PARTS):
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
    for _ in range(512 // PARTS):
        output.write(bytes(1 << 20))


def invalid(output):
    """A quarter of a gigabyte that is nowhere UTF-8."""
    part = bytes([0xFF, 0xC0, 0xE2, 0x82, 0xF0, 0x9F, 0x98, 0x80]) * (1 << 17)
    for _ in range(256 // PARTS):
        output.write(part)


def member(archive, name, contents):
    info = tarfile.TarInfo(name)
    info.size = len(contents)
    archive.addfile(info, io.BytesIO(contents))


def members(output):
    """A million members of a few bytes."""
    with tarfile.open(fileobj=output, mode="w|") as archive:
        for number in range(1_000_000 // PARTS):
            member(archive, f"m/{number}", b"text %d\n" % number)
            archive.members = []


def zip_members(output):
    """The same in a zip archive."""
    with zipfile.ZipFile(output, "w") as archive:
        for number in range(1_000_000 // PARTS):
            archive.writestr(f"m/{number}", b"text %d\n" % number)


def gzip_bomb(output):
    """Ten gigabytes of one letter in ten megabytes."""
    with gzip.GzipFile(fileobj=output, mode="wb", compresslevel=9) as stream:
        for _ in range(10_000 // PARTS):
            stream.write(b"x" * 1_000_000)


def overlapping_zip(output):
    archives.overlapping_zip(output, names=20_000 // PARTS)


def quine(output):
    output.write(archives.gzip_quine())


def zips(output):
    """Zip archives of sixteen zip archives, four times over, with the same ten megabytes in each."""
    contents = b"x" * 10_000_000
    for _ in range(4):
        packed = io.BytesIO()
        with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
            for number in range(16):
                archive.writestr(f"{number}.zip", contents)
        contents = packed.getvalue()
    output.write(contents)


def values(output):
    """A line of JSON of thirty megabytes with a value in every two bytes."""
    output.write(b'{"text":"a text","list":[' + b"0," * 15_000_000 + b"0]}\n")


def brackets(output):
    """A line of JSON that opens a million objects."""
    output.write(b'{"text":"a text"}\n' + b'{"text":' * 1_000_000 + b"\n")


def fields(output):
    """A record of CSV of thirty megabytes with a field in every two bytes."""
    output.write(b"text\n" + b"a," * 15_000_000 + b"\n")


def damaged(output):
    """A small archive with some bytes changed, cut off or put in, by the NUMBER given."""
    output.write(archives.damaged(int(sys.argv[2])))


def nested(output):
    """Archives in one another, 200 deep."""
    contents = b"text"
    for depth in range(200):
        inner = io.BytesIO()
        with tarfile.open(fileobj=inner, mode="w:gz") as archive:
            member(archive, f"{depth}", contents)
        contents = inner.getvalue()
    output.write(contents)


NAMES = ["../../escaped", "/tmp/nous-hostile-escaped", "a/../../b", "-rf", "a\nb", "x" * 5000]


def names(output):
    """Names that lead elsewhere, links, and devices."""
    with tarfile.open(fileobj=output, mode="w|") as archive:
        for name in NAMES:
            member(archive, name, b"the text of " + name.encode())
        for kind, target in [(tarfile.SYMTYPE, "/etc/passwd"), (tarfile.LNKTYPE, "/etc/passwd"), (tarfile.CHRTYPE, ""),
                             (tarfile.FIFOTYPE, ""), (tarfile.DIRTYPE, "")]:
            info = tarfile.TarInfo(f"link-{kind.decode()}")
            info.type, info.linkname = kind, target
            archive.addfile(info)
        member(archive, "link-2/through", b"the text behind a link")


def zip_names(output):
    """The same in a zip archive, with a link."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for name in NAMES:
            archive.writestr(name, b"the text of " + name.encode())
        link = zipfile.ZipInfo("link")
        link.create_system, link.external_attr = 3, 0o120777 << 16
        archive.writestr(link, "/etc/passwd")
        archive.writestr("link/through", b"the text behind a link")
    output.write(packed.getvalue())


def directories(output):
    """Makes directories three thousand deep, and links that go round, under the working directory."""
    os.makedirs("links")
    for name, target in [("loop", "."), ("up", "../.."), ("nowhere", "missing"), ("itself", "itself")]:
        os.symlink(target, f"links/{name}")
    os.mkfifo("links/pipe")
    with open("links/text", "w") as file:
        file.write("the one text there is\n")
    for _ in range(3000):
        os.mkdir("deep")
        os.chdir("deep")


def tarball(output):
    """A compressed archive of two gigabytes of varied text in members of a megabyte."""
    words = [b"%x" % (n * n * 2654435761 % 1048573) for n in range(5000)]
    with tarfile.open(fileobj=output, mode="w|") as archive:
        for number in range(2000 // PARTS):
            part = b" ".join(words[(number * 7919 + i * (number % 97 + 1)) % 5000] for i in range(20_000))
            member(archive, f"t/{number}", (part * 9)[: 1 << 20])
            archive.members = []


if __name__ == "__main__":
    {name.replace("_", "-"): value for name, value in globals().items()}[sys.argv[1]](sys.stdout.buffer)
