"""Real text for the comparisons: prose, code, and translations into many scripts.

Besides the King James Bible (Debian's bible-kjv), files of source packages that PyPI keeps, each of
one version checked by SHA-256: `vocabularies.PACKAGES` lists them.
"""
import hashlib
import subprocess
import tarfile
from pathlib import Path

import vocabularies

# How many bytes are taken of each package, and of what files.
SHARES = {
    "llama-cpp-python": (14_000_000, (".c", ".cpp", ".h", ".cu", ".md", ".py", ".txt", ".comp", ".swift")),
    "Django": (20_000_000, (".py", ".po", ".txt", ".js", ".html", ".css", ".rst")),
    "Sphinx": (8_000_000, (".py", ".po", ".rst", ".js", ".css")),
    "Faker": (10_000_000, (".py", ".md", ".rst")),
    "phonenumbers": (6_000_000, (".py", ".md")),
    "emoji": (3_000_000, (".py", ".json", ".txt", ".rst")),
}


def bible() -> list[str]:
    command = ["bible", "-f", "-l72", "Gen1:1-Rev22:21"]
    text = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, check=True).stdout.decode()
    return [text[start : start + 50_000] for start in range(0, len(text), 50_000)]


def files(path: Path, share: int, endings: tuple[str, ...]) -> list[str]:
    """The package's text files in the order of their names, up to a share."""
    found = []
    with tarfile.open(path) as archive:
        for member in sorted(archive.getmembers(), key=lambda member: member.name):
            if not member.isfile() or not member.name.endswith(endings) or not 100 <= member.size <= 1_000_000:
                continue
            try:
                text = archive.extractfile(member).read().decode()
            except UnicodeDecodeError:
                continue
            share -= member.size
            if share < 0:
                break
            found.append(text)
    return found


def documents(packages: Path) -> list[str]:
    texts = bible()
    for name, (share, endings) in SHARES.items():
        texts += files(vocabularies.package(name, packages), share, endings)
    return texts


def digest(texts: list[str]) -> str:
    return hashlib.sha256("\0".join(texts).encode()).hexdigest()
