#!/usr/bin/env python3
"""Write the Unicode tables of Sources/Tokenization: character classes and canonical composition.

The tables are taken from Hugging Face `tokenizers` itself, by asking it about every code point, so
that we agree with it whatever Unicode version this script's own Python carries. That library holds
three versions: its regular expressions are of Unicode 16, its `Digits` is of Unicode 17 (the Rust
compiler's), and its normalizers are of Unicode 9 (the crate unicode-normalization-alignments).

    python3 -m venv venv && venv/bin/pip install 'tokenizers==0.23.*'
    venv/bin/python Scripts/unicode_tables.py classes > Sources/Tokenization/UnicodeRanges.swift
    venv/bin/python Scripts/unicode_tables.py composition > Sources/Tokenization/CompositionTables.swift

Runs of code points are written as gap and length of each in turn.
"""
import sys
import unicodedata

import tokenizers
from tokenizers import AddedToken, Regex, Tokenizer, models, normalizers, pre_tokenizers

# Code points that became letters in one version: they tell which version the library carries.
MARKERS = {"15.0.0": 0x11F02, "15.1.0": 0x2EBF0, "16.0.0": 0x1C89, "17.0.0": 0x088F}
LETTERS = {"16.0.0": 141028}
SCALARS = [point for point in range(0x110000) if not 0xD800 <= point <= 0xDFFF]
NFC, NFD = normalizers.NFC(), normalizers.NFD()
HANGUL = range(0xAC00, 0xD7A4)


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


def word_characters() -> list[int]:
    """What an added token of `single_word` must not touch: `\\w` of another library than the others."""
    tokenizer = Tokenizer(models.BPE())
    tokenizer.add_tokens([AddedToken("Q", single_word=True, normalized=False)])
    found = tokenizer.encode_batch(["Q" + chr(point) for point in SCALARS])
    return [point for point, encoding in zip(SCALARS, found) if not encoding.ids]


def digits() -> list[int]:
    """What the pre-tokenizer `Digits` cuts out."""
    split = pre_tokenizers.Digits(individual_digits=True).pre_tokenize_str
    return [point for point in SCALARS if point != 0x61 and len(split("a" + chr(point))) == 2]


def combining_class(point: int) -> int:
    """The class under which the library reorders a mark; 0 for what its version does not know."""
    mark, over, under = chr(point), "\u0345", "\u0334"
    if NFD.normalize_str(mark) != mark:
        return 0
    moves = NFD.normalize_str("a" + mark + under) == "a" + under + mark
    moves = moves or NFD.normalize_str("a" + over + mark) == "a" + mark + over
    return unicodedata.combining(mark) if moves or point in (0x334, 0x345) else 0


def check_order(classes: dict[int, int]) -> None:
    """Compares every mark with one of each class."""
    samples = {number: point for point, number in sorted(classes.items(), reverse=True)}
    for point, number in classes.items():
        for other, sample in samples.items():
            pair = chr(point) + chr(sample)
            swapped = NFD.normalize_str("a" + pair) != "a" + pair
            if swapped != (number > other):
                sys.exit(f"U+{point:04X}: the library's combining class is not {number}")


def decompositions() -> tuple[list[tuple[int, int]], list[tuple[int, int, int]], list[tuple[int, int, int]]]:
    """Characters that are one other, two others, and two others that compose again."""
    single, excluded, composed = [], [], []
    for point in SCALARS:
        if point in HANGUL or NFD.normalize_str(chr(point)) == chr(point):
            continue
        parts = [int(part, 16) for part in unicodedata.decomposition(chr(point)).split()]
        if NFD.normalize_str(chr(point)) != NFD.normalize_str("".join(map(chr, parts))):
            sys.exit(f"U+{point:04X}: the library's decomposition is another")
        if len(parts) == 1:
            single.append((point, parts[0]))
        elif NFC.normalize_str("".join(map(chr, parts))) == chr(point):
            composed.append((point, *parts))
        else:
            excluded.append((point, *parts))
    return single, excluded, composed


def runs(points: list[int]) -> list[int]:
    """The gap before each run of code points, and its length."""
    numbers, end = [], 0
    for first, count in ranges(points):
        numbers += [first - end, count]
        end = first + count
    return numbers


def table(name: str, summary: str, numbers: list[int]) -> str:
    """A Swift array."""
    lines, line = [], "       "
    for number in map(str, numbers):
        if len(line) + len(number) + 2 > 98:
            lines.append(line)
            line = "       "
        line += f" {number},"
    lines.append(line)
    body = "\n".join(lines)
    return f"    /// {summary}.\n    static let {name}: [UInt32] = [\n{body}\n    ]\n"


def points_table(name: str, summary: str, points: list[int]) -> str:
    """A table of the runs of some code points."""
    return table(name, f"{summary} ({len(points)} code points)", runs(points))


def write_classes() -> None:
    """UnicodeRanges.swift."""
    letters, numbers = matching(r"\p{L}"), matching(r"\p{N}")
    known = set(letters)
    version = max((v for v, p in MARKERS.items() if p in known), default="older than 15")
    if LETTERS.get(version) != len(letters):
        sys.exit(f"unexpected tables: Unicode {version} with {len(letters)} letters")
    later = digits()
    if not set(numbers) <= set(later):
        sys.exit("some numbers are no digits")
    print("// Written by Scripts/unicode_tables.py; do not edit.\n")
    print(f"/// Character classes of Unicode {version}, as `tokenizers` {tokenizers.__version__} matches them.")
    print("///\n/// Each table lists, for every run of code points, the gap since the end of the run before it")
    print("/// and then its length.")
    print("enum UnicodeRanges {")
    print("    /// The version of the Unicode Character Database the tables were taken from.")
    print(f'    static let version = "{version}"\n')
    print(points_table("letters", r"What `\p{L}` matches", letters))
    print(points_table("numbers", r"What `\p{N}` matches", numbers))
    print(points_table("whitespace", r"What `\s` matches", matching(r"\s")))
    print(points_table("laterDigits", "What `Digits` cuts out beside numbers, from Unicode 17",
                       sorted(set(later) - set(numbers))))
    print(points_table("capitals", r"What `[\p{Lu}\p{Lt}]` matches", matching(r"[\p{Lu}\p{Lt}]")))
    print(points_table("smallLetters", r"What `\p{Ll}` matches", matching(r"\p{Ll}")))
    print(points_table("marks", r"What `\p{M}` matches", matching(r"\p{M}")))
    print(points_table("words", r"What `\w` matches beside an added token", word_characters()), end="")
    print("}")


def write_composition() -> None:
    """CompositionTables.swift."""
    if NFD.normalize_str("\u1df6\u0334") != "\u1df6\u0334" or NFD.normalize_str("\u1dfb\u0334") == "\u1dfb\u0334":
        sys.exit("the library's normalizers are not of Unicode 9")
    single, excluded, composed = decompositions()
    classes = {point: combining_class(point) for point in SCALARS if unicodedata.combining(chr(point))}
    classes = {point: number for point, number in classes.items() if number}
    check_order(classes)
    print("// Written by Scripts/unicode_tables.py; do not edit.\n")
    print("/// Canonical decompositions and combining classes of Unicode 9.0.")
    print(f"///\n/// It is what `tokenizers` {tokenizers.__version__} normalizes by. Hangul syllables are arithmetic.")
    print("enum CompositionTables {")
    print("    /// The version of the Unicode Character Database the tables agree with.")
    print('    static let version = "9.0.0"\n')
    order = sorted(classes.items(), key=lambda item: (item[1], item[0]))
    marks = []
    for number in sorted(set(classes.values())):
        members = runs([point for point, other in order if other == number])
        marks += [number, len(members) // 2, *members]
    print(table("combiningClasses", "Each combining class with the number of its runs, then the runs as gap and length", marks))
    print(table("singletons", "Characters that stand for one other: gap and the other",
                [n for (p, q), (before, _) in zip(single, [(0, 0), *single]) for n in (p - before, q)]))
    for name, what, rows in (("exclusions", "that are never composed", excluded), ("pairs", "", composed)):
        summary = f"Characters made of two others{' ' * bool(what)}{what}: gap and the two"
        flat = [n for (p, a, b), (before, *_) in zip(rows, [(0,), *rows]) for n in (p - before, a, b)]
        print(table(name, summary, flat), end="" if name == "pairs" else "\n")
    print("}")


{"classes": write_classes, "composition": write_composition}[sys.argv[1]]()
