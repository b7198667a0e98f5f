#!/usr/bin/env python3
"""Compare our tokenizer with Hugging Face `tokenizers`: training, encoding, decoding, file format.

    python3 Tests/Interop/test_tokenizer.py path/to/nous-shard

Needs `tokenizers` 0.23 and the Debian package bible-kjv for the text. Exits 1 at the first mismatch.
"""
import json
import random
import subprocess
import sys
import tempfile
from pathlib import Path

from tokenizers import Regex, Tokenizer, decoders, models, pre_tokenizers, trainers

SHARD = sys.argv[1]
LLAMA3 = (
    r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}"
    r"| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"
)
GPT2 = r"'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+"
ALPHABET = (
    [chr(c) for c in range(128)] * 8
    + [chr(c) for c in range(0xA0, 0x250)]
    + list("\u2028\u2029\u0085\u00a0\u3000\u1680\u200b\u017f\ufeff\u202f\u205f\u00ad\u0130\u212a")
    + list("中文字日本語한국어العربيةעבריתไทยहिन्दी") + list("①²½Ⅷ٣६𝟘𝒳🏳️‍🌈👩‍💻e\u0301\ufb05\ufb06")
)
WORDS = ["'s", "'S", "'ſ", "'re", "'RE", "'ll", "'lL", "'ve", "'d", "'M", "\r\n", "\n\n", "  ", " \n ", "123", "1234567", "don't", "<|endoftext|>"]


def reference(pattern: str, text: str, size: int) -> Tokenizer:
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence([
        pre_tokenizers.Split(Regex(pattern), "isolated"),
        pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False),
    ])
    tokenizer.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=size, special_tokens=["<|endoftext|>"], show_progress=False,
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet())
    tokenizer.train_from_iterator([text], trainer)
    # Corpora must not smuggle special tokens in.
    tokenizer.encode_special_tokens = True
    return tokenizer


def random_texts(count: int, seed: int) -> list[str]:
    chance = random.Random(seed)
    texts = []
    for _ in range(count):
        parts = []
        for _ in range(chance.randrange(1, 24)):
            kind = chance.random()
            if kind < 0.25:
                parts.append(chance.choice(WORDS))
            elif kind < 0.3:
                point = chance.randrange(0x110000)
                parts.append(chr(point) if not 0xD800 <= point <= 0xDFFF else "?")
            else:
                parts.append(chance.choice(ALPHABET))
        texts.append("".join(parts))
    return texts


def ours(*arguments: str, data: bytes = b"") -> bytes:
    return subprocess.run([SHARD, *arguments], input=data, capture_output=True, check=True).stdout


def check(condition: bool, what: str) -> None:
    if not condition:
        sys.exit(f"FAILED: {what}")
    print(f"ok: {what}")


def first_difference(texts: list[str], expected: list[list[int]], found: list[list[int]]) -> str:
    for text, left, right in zip(texts, expected, found):
        if left != right:
            return f"{text!r}: expected {left}, found {right}"
    return "none"


def compare(name: str, pattern: str, text: str, size: int, folder: Path, fuzz: list[str]) -> None:
    source = folder / "text.txt"
    source.write_bytes(text.encode())
    theirs = reference(pattern, text, size)
    file = folder / "tokenizer.json"
    ours("tokenizer", "--pattern", name, "--vocabulary-size", str(size), "-o", str(file), str(source))
    theirs.encode_special_tokens = False
    expected = json.loads(theirs.to_str())
    theirs.encode_special_tokens = True
    check(json.loads(file.read_bytes()) == expected, f"{name}, {size}: tokenizer.json is the same")
    check(file.read_text() == json.dumps(expected, indent=2, ensure_ascii=False) + "\n",
          f"{name}, {size}: so is its layout")
    ids = [int(i) for i in ours("encode", "-t", str(file), str(source)).split()]
    check(ids == theirs.encode(text, add_special_tokens=False).ids, f"{name}, {size}: {len(ids)} ids of the text")
    check(ours("decode", "-t", str(file), data=" ".join(map(str, ids)).encode()) == text.encode(),
          f"{name}, {size}: decoding gives the text")
    lines = "".join(json.dumps(t, ensure_ascii=False) + "\n" for t in fuzz).encode()
    found = [[int(i) for i in line.split()] for line in
             ours("encode", "--json-lines", "-t", str(file), data=lines).split(b"\n")[:-1]]
    wanted = [e.ids for e in theirs.encode_batch(fuzz, add_special_tokens=False)]
    check(found == wanted, f"{name}, {size}: {len(fuzz)} random texts; first difference "
          + first_difference(fuzz, wanted, found))


def main() -> None:
    bible = subprocess.run(["bible", "-f", "-l72", "Gen1:1-Rev22:21"], stdin=subprocess.DEVNULL,
                           capture_output=True, check=True).stdout.decode()
    every = [chr(c) for c in range(0x110000) if not 0xD800 <= c <= 0xDFFF]
    points = ["".join(f"a'{c}{c}1{c}  {c}\n{c} x" for c in every[i : i + 32])
              for i in range(0, len(every), 32)]
    fuzz = random_texts(50_000, seed=1)
    mixed = "".join(random_texts(20_000, seed=2))
    long = ["a" * 100_000, " " * 50_000 + "x", "1" * 10_000, "the" * 30_000, "中" * 20_000]
    with tempfile.TemporaryDirectory() as folder:
        compare("llama3", LLAMA3, bible, 4096, Path(folder), points + fuzz + long)
        compare("gpt2", GPT2, bible, 2000, Path(folder), points + fuzz + long)
        compare("llama3", LLAMA3, mixed, 3000, Path(folder), fuzz)
        compare("llama3", LLAMA3, bible, 20000, Path(folder), fuzz)


main()
