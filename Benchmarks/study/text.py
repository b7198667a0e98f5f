#!/usr/bin/env python3
"""Fetches the English text the studies train on: `text.py DIRECTORY`.

Public-domain texts from Debian packages, checked by SHA-256, one file a document: Jane Austen's six novels
(r-cran-janeaustenr), the King James Bible (bible-kjv), the World English Bible (sword-text-web) and Spurgeon's
Treasury of David (sword-comm-tdavid).
"""
import hashlib
import io
import os
import re
import struct
import subprocess
import sys
import tarfile
import zlib
from pathlib import Path

PACKAGES = ("r-cran-janeaustenr=1.0.0-1", "bible-kjv-text=4.38", "sword-text-web=426.0-1", "sword-comm-tdavid=2.1-1")
DIGEST = "30fd348f818b2a1dc0e59b3fc9ffeff22318806f2391ecbf7f129bd4caa56c52"
PART_BYTES = 20_000  # a document, but for novels
directory = Path(sys.argv[1])


def package(name):
    """The files of a Debian package, by path."""
    packages = directory.with_suffix(".packages")
    packages.mkdir(parents=True, exist_ok=True)
    if not list(packages.glob(f"{name.split('=')[0]}_*.deb")):
        subprocess.run(["apt-get", "download", "-qq", name], cwd=packages, check=True)
    file = next(packages.glob(f"{name.split('=')[0]}_*.deb"))
    contents = subprocess.run(["dpkg-deb", "--fsys-tarfile", file], check=True, stdout=subprocess.PIPE).stdout
    with tarfile.open(fileobj=io.BytesIO(contents)) as archive:
        return {m.name: archive.extractfile(m).read() for m in archive if m.isfile()}


def novels():
    """R's character vectors: records of (length, zlib), in each of them strings of the type CHARSXP."""
    rest = next(d for n, d in package(PACKAGES[0]).items() if n.endswith("data/Rdata.rdb"))
    while rest:
        record = zlib.decompressobj()
        raw = record.decompress(rest[4:])
        rest = record.unused_data
        lines, at = [], re.search(rb"\x00[\x04\x00]\x00\x09", raw).start()
        while at + 8 <= len(raw) and raw[at + 3] == 9:
            count = struct.unpack(">i", raw[at + 4:at + 8])[0]
            lines.append(raw[at + 8:at + 8 + count].decode())
            at += 8 + count
        yield "\n".join(lines) + "\n"


def bible():
    return subprocess.run(["bible", "-f", "-l72", "Gen1:1-Rev22:21"], check=True, stdin=subprocess.DEVNULL,
                          stdout=subprocess.PIPE, env={**os.environ, "LC_ALL": "C"}).stdout.decode()


def sword(name, suffix):
    """Blocks of a SWORD module, named by an index of (offset, size, unpacked size), without notes and marks."""
    files = package(name)
    for part in ("ot", "nt"):
        index = next(d for n, d in files.items() if n.endswith(f"{part}.{suffix}s"))
        blocks = next(d for n, d in files.items() if n.endswith(f"{part}.{suffix}z"))
        for offset, size, _ in struct.iter_unpack("<III", index):
            text = zlib.decompress(blocks[offset:offset + size]).decode("utf-8", "replace").replace("\0", "")
            text = re.sub(r"<(note|title)\b.*?</\1>", "", text, flags=re.S)
            text = re.sub(r"<(?!/?(w|hi|i|b|reference|scripRef|foreign|divineName)\b)[^>]*>", "\n", text)  # other marks end a line
            text = re.sub(r"[ \t]+", " ", re.sub(r"<[^>]*>", "", text))
            yield re.sub(r"\s*\n\s*", "\n", text).strip() + "\n"


def parts(text):
    """A long text in parts of whole lines."""
    part, size = [], 0
    for line in text.splitlines(keepends=True):
        part.append(line)
        size += len(line)
        if size > PART_BYTES:
            yield "".join(part)
            part, size = [], 0
    if part:
        yield "".join(part)


def documents():
    for text in novels():
        yield from parts(text)
    yield from parts(bible())
    for name, suffix in ((PACKAGES[2], "bz"), (PACKAGES[3], "cz")):
        for block in sword(name, suffix):
            yield from parts(block)


if not directory.exists():
    texts = [text.encode() for text in documents()]
    digest = hashlib.sha256(b"\0".join(texts)).hexdigest()
    if digest != DIGEST:
        sys.exit(f"the texts have the SHA-256 {digest}, not {DIGEST}")
    unfinished = directory.with_suffix(".unfinished")
    unfinished.mkdir(parents=True, exist_ok=True)
    for number, text in enumerate(texts):
        (unfinished / f"{number:05}.txt").write_bytes(text)
    os.rename(unfinished, directory)
