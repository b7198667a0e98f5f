#!/usr/bin/env python3
"""Write Sources/Tokenization/UnicodeRanges.swift: the code points that \\p{L}, \\p{N} and \\s match.

The tables are taken from the regular expressions of Hugging Face `tokenizers` itself, by asking it
about every code point, so that our scanner agrees with it whatever Unicode version this script's own
Python carries. The ranges are written delta-encoded: gap and length of each range in turn.

    python3 -m venv venv && venv/bin/pip install 'tokenizers==0.23.*'
    venv/bin/python Scripts/unicode_tables.py > Sources/Tokenization/UnicodeRanges.swift
"""
import sys

import tokenizers
from tokenizers import Regex, normalizers

# Code points that became letters in one version: they tell which version the library carries.
MARKERS = {"15.0.0": 0x11F02, "15.1.0": 0x2EBF0, "16.0.0": 0x1C89, "17.0.0": 0x088F}
LETTERS = {"16.0.0": 141028}


def matching(pattern: str) -> list[int]:
    """Every code point, surrogates left out, that the pattern matches."""
    remove = normalizers.Replace(Regex(pattern), "")
    found = []
    for plane in range(0, 0x110000, 0x1000):
        points = [p for p in range(plane, plane + 0x1000) if not 0xD800 <= p <= 0xDFFF]
        kept = set(remove.normalize_str("".join(map(chr, points))))
        found += [p for p in points if chr(p) not in kept]
    return found


def ranges(points: list[int]) -> list[tuple[int, int]]:
    """Runs of consecutive code points as (first, count)."""
    runs: list[list[int]] = []
    for point in points:
        if runs and point == runs[-1][0] + runs[-1][1]:
            runs[-1][1] += 1
        else:
            runs.append([point, 1])
    return [(first, count) for first, count in runs]


def table(name: str, summary: str, points: list[int]) -> str:
    """A Swift array of the gap before each run and its length."""
    numbers, end = [], 0
    for first, count in ranges(points):
        numbers += [str(first - end), str(count)]
        end = first + count
    lines, line = [], "       "
    for number in numbers:
        if len(line) + len(number) + 2 > 98:
            lines.append(line)
            line = "       "
        line += f" {number},"
    lines.append(line)
    body = "\n".join(lines)
    return f"    /// {summary} ({len(points)} code points).\n    static let {name}: [UInt32] = [\n{body}\n    ]\n"


def main() -> None:
    letters = matching(r"\p{L}")
    known = set(letters)
    version = max((v for v, p in MARKERS.items() if p in known), default="older than 15")
    if LETTERS.get(version) != len(letters):
        sys.exit(f"unexpected tables: Unicode {version} with {len(letters)} letters")
    print("// Written by Scripts/unicode_tables.py; do not edit.\n")
    print(f"/// Character classes of Unicode {version}, as `tokenizers` {tokenizers.__version__} matches them.")
    print("///\n/// Each table lists, for every run of code points, the gap since the end of the run before it")
    print("/// and then its length.")
    print("enum UnicodeRanges {")
    print("    /// The version of the Unicode Character Database the tables were taken from.")
    print(f'    static let version = "{version}"\n')
    print(table("letters", r"What `\p{L}` matches", letters))
    print(table("numbers", r"What `\p{N}` matches", matching(r"\p{N}")))
    print(table("whitespace", r"What `\s` matches", matching(r"\s")), end="")
    print("}")


main()
