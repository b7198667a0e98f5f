#!/usr/bin/env python3
"""Fetches what `make bench-shard` measures on: `inputs.py DIRECTORY VOCABULARIES`.

Texts, checked by SHA-256: the GNU Collaborative International Dictionary of English (Debian's
dict-gcide) and the King James Bible (bible-kjv) as `english`, the sources and the translations of Django
(PyPI) as `code` and `languages`. VOCABULARIES is a directory of Tests/Interop/vocabularies.py.
"""
import gzip
import hashlib
import io
import os
import random
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

GCIDE = ("dict-gcide", "0.48.5+nmu2", "802beb667e1fb666203e750f1faea60d5c202ac5430c2083c4180494609f10a7")
DJANGO = ("django", "5.2.8", "django-5.2.8-py3-none-any.whl",
          "37e687f7bd73ddf043e2b6b97cfe02fcbb11f2dbb3adccc6a2b18c6daa054d7f")
BIBLE = "037c384a55e038766d5167f372a48ce2e8b721dbc9ff4bfed3b5b97d5f699119"
DICTIONARY_BYTES = 8_000_000  # of 40 MB, since the slowest peer does 2 MB/s
ARCHIVE_BYTES = 1_100_000_000
RUN_BYTES = 50_000_000
directory = Path(sys.argv[1])


def check(data, expected, name):
    found = hashlib.sha256(data).hexdigest()
    if found != expected:
        sys.exit(f"{name}: SHA-256 is {found}, not {expected}")
    return data


def dictionary():
    name, version, digest = GCIDE
    packages = directory / "packages"
    packages.mkdir(exist_ok=True)
    if not list(packages.glob(f"{name}_*.deb")):
        subprocess.run(["apt-get", "download", "-qq", f"{name}={version}"], cwd=packages, check=True)
    package = next(packages.glob(f"{name}_*.deb"))
    contents = subprocess.run(["dpkg-deb", "--fsys-tarfile", package], check=True, stdout=subprocess.PIPE).stdout
    with tarfile.open(fileobj=io.BytesIO(contents)) as archive:
        text = gzip.decompress(archive.extractfile("./usr/share/dictd/gcide.dict.dz").read())
    return check(text, digest, name)


def django():
    name, version, file, digest = DJANGO
    packages = directory / "packages"
    packages.mkdir(exist_ok=True)
    if not (packages / file).exists():
        subprocess.run([sys.executable, "-m", "pip", "download", "-q", "--no-deps", "--dest", packages,
                        f"{name}=={version}"], check=True)
    return zipfile.ZipFile(io.BytesIO(check((packages / file).read_bytes(), digest, name)))


def write(name, data):
    (directory / name).write_bytes(data)


def texts():
    bible = subprocess.run(["bible", "-f", "-l72", "Gen1:1-Rev22:21"], check=True, stdin=subprocess.DEVNULL,
                           stdout=subprocess.PIPE, env={**os.environ, "LC_ALL": "C"}).stdout
    words = dictionary()
    start = words.index(b"\n", len(words) // 2) + 1
    end = words.index(b"\n", start + DICTIONARY_BYTES) + 1
    part = words[start:end].decode("utf-8", "replace").encode()
    write("english.txt", check(bible, BIBLE, "bible-kjv") + part)
    archive = django()
    names = sorted(archive.namelist())
    write("code.txt", b"".join(archive.read(n) for n in names if n.endswith((".py", ".js", ".css", ".html"))))
    write("languages.txt", b"".join(archive.read(n) for n in names if n.endswith(".po")))


def archive():
    """A .tar.zst of texts of about 100 kB in an order that never repeats, each with a line of its own."""
    lines = [line for name in ("english", "code", "languages")
             for line in (directory / f"{name}.txt").read_bytes().splitlines(keepends=True)]
    chunks, chunk, size = [], [], 0
    for line in lines:
        chunk.append(line)
        size += len(line)
        if size > 20_000:
            chunks.append(b"".join(chunk))
            chunk, size = [], 0
    chance = random.Random(1)
    with open(directory / "corpus.tar.zst.tmp", "wb") as file:
        zstd = subprocess.Popen(["zstd", "-q", "-3", "-c"], stdin=subprocess.PIPE, stdout=file)
        with tarfile.open(fileobj=zstd.stdin, mode="w|") as tar:
            total = 0
            while total < ARCHIVE_BYTES:
                text = b"document %d\n" % total + b"".join(chance.choices(chunks, k=5))
                member = tarfile.TarInfo(f"{total:012}.txt")
                member.size = len(text)
                tar.addfile(member, io.BytesIO(text))
                total += len(text)
        zstd.stdin.close()
        if zstd.wait() != 0:
            sys.exit("zstd failed")
    write("corpus.bytes", str(total).encode())
    os.rename(directory / "corpus.tar.zst.tmp", directory / "corpus.tar.zst")


def runs():
    """Texts that are hard on encoders: one piece, or no word that comes twice."""
    chance = random.Random(2)
    for name, unit in (("letter", b"a"), ("spaces", b" "), ("digits", b"7"), ("newlines", b"\n"), ("pairs", b"ab")):
        write(f"run-{name}.txt", unit * (RUN_BYTES // len(unit)))
    write("run-random.txt", bytes(chance.choices(range(0x61, 0x7B), k=RUN_BYTES)))


directory.mkdir(parents=True, exist_ok=True)
if not (directory / "complete").exists():
    texts()
    archive()
    runs()
    write("complete", b"")
