#!/usr/bin/env python3
"""Compare our encoding with `tokenizers`, `tiktoken` and llama.cpp's vectors on real vocabularies.

    python Tests/Interop/test_vocabularies.py path/to/nous-shard build/vocabularies [NAME...]

Of all vocabularies, or those named: on GPT-2, Llama 3, Qwen2, StarCoder, Refact and Llama 2, and fewer texts on others: llama.cpp's 47
test texts; over 50 MB of prose, code and translations; 100,000 random strings and every code point,
special tokens as text and as tokens. Then .tiktoken files, imported. Exits 1 at the first mismatch.
"""
import base64
import json
import os
import random
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import tiktoken
from tokenizers import Tokenizer, normalizers

import corpus
import vocabularies

SHARD, FOLDER, NAMES = sys.argv[1], Path(sys.argv[2]), sys.argv[3:]
SIX = ["gpt-2", "llama-3", "qwen2", "starcoder", "refact", "llama-2"]
MORE = ["llama-2-first", "llama-2-always", "llama-2-never", "mistral-v1", "mistral-v3"]
CAPITALS, SMALL = r"[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]", r"[\p{Ll}\p{Lm}\p{Lo}\p{M}]"
ENDING = r"(?i:'s|'t|'re|'ve|'m|'ll|'d)?"
TIKTOKEN = {"o200k": rf"[^\r\n\p{{L}}\p{{N}}]?{CAPITALS}*{SMALL}+{ENDING}|[^\r\n\p{{L}}\p{{N}}]?{CAPITALS}+{SMALL}*{ENDING}"
            r"|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n/]*|\s*[\r\n]+|\s+(?!\S)|\s+",
            "gpt2": r"""'(?:[sdmt]|ll|ve|re)| ?\p{L}++| ?\p{N}++| ?[^\s\p{L}\p{N}]++|\s++$|\s+(?!\S)|\s""",
            "llama3": vocabularies.LLAMA3, "qwen2": vocabularies.QWEN2,
            "cl100k": r"""'(?i:[sdmt]|ll|ve|re)|[^\r\n\p{L}\p{N}]?+\p{L}++|\p{N}{1,3}+| ?[^\s\p{L}\p{N}]++[\r\n]*+|\s++$|\s*[\r\n]|\s+(?!\S)|\s"""}
ALPHABET = (
    [chr(c) for c in range(128)] * 8 + [chr(c) for c in range(0xA0, 0x250)] + [chr(c) for c in range(0x300, 0x370)]
    + list("\u2028\u2029\u0085\u00a0\u3000\u1680\u200b\u017f\ufeff\u202f\u205f\u00ad\u0130\u212a\u2581\u2581")
    + list("中文字日本語한국어العربيةעבריתไทยहिन्दी가각") + list("①²½Ⅷ٣६𝟘𝒳🏳️‍🌈👩‍💻e\u0301\ufb05\ufb06\u2126\u0958\u0344ệ")
    + [chr(c) for c in range(0x11DDE, 0x11DEB)]
)
WORDS = ["'s", "'S", "'ſ", "'re", "'RE", "'ll", "'lL", "'ve", "'d", "'M", "\r\n", "\n\n", "  ", " \n ", "123",
         "1234567", "don't", "the", " world", "<|endoftext|>", "<s>", "</s>", "<unk>", "<fim_prefix>", "<|im_start|>",
         "<|eot_id|>", "<0x0A>"]


def random_texts(count: int) -> list[str]:
    chance = random.Random(1)
    texts = []
    for _ in range(count):
        parts = []
        for _ in range(chance.randrange(1, 16)):
            kind = chance.random()
            point = chance.randrange(0x110000) if kind < 0.35 else chance.randrange(0x300, 0x3000)
            if kind < 0.25:
                parts.append(chance.choice(WORDS))
            elif kind < 0.4:
                parts.append(chr(point) if not 0xD800 <= point <= 0xDFFF else "?")
            else:
                parts.append(chance.choice(ALPHABET))
        texts.append("".join(parts))
    return texts


def every_point() -> list[str]:
    """Each code point between letters, digits, spaces and marks, some to a text."""
    every = [chr(c) for c in range(0x110000) if not 0xD800 <= c <= 0xDFFF]
    return ["".join(f"a'{c}1{c}  {c}\n" for c in every[i : i + 64]) for i in range(0, len(every), 64)]


def long_texts() -> list[str]:
    return ["a" * 100_000, " " * 50_000 + "x", "1" * 10_000, "the" * 30_000, "中" * 20_000, "ab" * 20_000,
            "".join(random_texts(3_000))]


def check(condition: bool, what: str) -> None:
    if not condition:
        sys.exit(f"FAILED: {what}")
    print(f"ok: {what}", flush=True)


def as_lines(texts: list[str]) -> bytes:
    return "".join(json.dumps(text, ensure_ascii=False) + "\n" for text in texts).encode()


def ours(*arguments: str, data: bytes = b"") -> bytes:
    return subprocess.run([SHARD, *arguments], input=data, capture_output=True, check=True).stdout


def encode(file: Path, lines: bytes, *options: str) -> list[bytes]:
    return ours("encode", "--json-lines", "-t", str(file), *options, data=lines).split(b"\n")[:-1]


def written(ids: list[int]) -> bytes:
    return b" ".join(b"%d" % number for number in ids)


def compare(name: str, what: str, texts: list[str], expected: list[bytes], found: list[bytes]) -> None:
    different = [i for i, pair in enumerate(zip(expected, found)) if pair[0] != pair[1]]
    detail = f"; first {texts[different[0]][:200]!a}" if different else ""
    check(len(expected) == len(found) and not different,
          f"{name}: {what}, {sum(map(len, map(str.encode, texts))) / 1e6:.1f} MB: {len(different)} differences{detail}")


def peer(tokenizer: Tokenizer, texts: list[str], as_text: bool) -> list[bytes]:
    tokenizer.encode_special_tokens = as_text
    found = []
    for start in range(0, len(texts), 4096):
        batch = tokenizer.encode_batch_fast(texts[start : start + 4096], add_special_tokens=False)
        found += [written(encoding.ids) for encoding in batch]
    return found


def expected_bytes(name: str, texts: list[str]) -> bytes:
    """What decoding the ids of all texts together gives."""
    if name == "qwen2":
        compose = normalizers.NFC().normalize_str
        texts = [compose(text) for text in texts]
    if name == "llama-2":
        # A space stands before each text; decoding drops the first.
        return " ".join(texts).replace(vocabularies.SPACE, " ").encode()
    return "".join(texts).encode()


def vectors(name: str, file: Path) -> None:
    texts = (FOLDER / f"{name}.inp").read_bytes().decode().split("\n__ggml_vocab_test__\n")
    wanted = [b" ".join(line.split()) for line in (FOLDER / f"{name}.out").read_bytes().split(b"\n")][: len(texts)]
    compare(name, f"llama.cpp's {len(texts)} texts", texts, wanted, encode(file, as_lines(texts)))
    check(len(texts) == 47, f"{name}: they are 47")


def real(name: str, file: Path, tokenizer: Tokenizer, documents: list[str], lines: bytes) -> None:
    begin = time.monotonic()
    wanted = peer(tokenizer, documents, as_text=True)
    middle = time.monotonic()
    found = encode(file, lines)
    compare(name, f"{len(documents)} documents ({middle - begin:.0f} s, ours {time.monotonic() - middle:.0f} s)",
            documents, wanted, found)
    decoded = ours("decode", "-t", str(file), data=b" ".join(found))
    check(decoded == expected_bytes(name, documents), f"{name}: decoding gives the bytes")


def imported(name: str, folder: Path, texts: list[str], lines: bytes) -> None:
    source = FOLDER / f"{name}.tiktoken"
    file = folder / f"{name}.json"
    ours("tokenizer", "import", "--pattern", name, "-o", str(file), str(source))
    rows = [line.split() for line in source.read_bytes().splitlines() if line]
    ranks = {base64.b64decode(token): int(rank) for token, rank in rows}
    encoding = tiktoken.Encoding(name, pat_str=TIKTOKEN[name], mergeable_ranks=ranks, special_tokens={})
    wanted = [written(ids) for ids in encoding.encode_ordinary_batch(texts, num_threads=os.cpu_count())]
    found = encode(file, lines)
    compare(name, "tiktoken", texts, wanted, found)
    compare(name, "its tokenizer.json in tokenizers", texts, peer(Tokenizer.from_file(str(file)), texts, True), found)


def main() -> None:
    vocabularies.main(FOLDER)
    documents = corpus.documents(FOLDER / "packages")
    size = sum(len(document.encode()) for document in documents)
    check(size >= 50_000_000, f"{len(documents)} documents of {size / 1e6:.1f} MB, {corpus.digest(documents)}")
    document_lines = as_lines(documents)
    strings = random_texts(100_000)
    strange = strings + every_point() + long_texts()
    strange_lines = as_lines(strange)
    for name in NAMES or SIX + MORE + [f"{name}.tiktoken" for name in TIKTOKEN]:
        if name.endswith(".tiktoken"):
            with tempfile.TemporaryDirectory() as folder:
                some = documents[::8] + strings[:20_000] + long_texts()[3:]
                imported(name.removesuffix(".tiktoken"), Path(folder), some, as_lines(some))
            continue
        file = FOLDER / f"{name}.json"
        tokenizer = Tokenizer.from_file(str(file))
        if name in SIX:
            vectors(name, file)
            real(name, file, tokenizer, documents, document_lines)
        for as_text, options in ((True, []), (False, ["--special-tokens"])):
            if name in SIX or as_text:
                compare(name, f"100,000 random strings, {len(strange) - 100_000} others, special tokens as "
                        + ("text" if as_text else "tokens"), strange, peer(tokenizer, strange, as_text),
                        encode(file, strange_lines, *options))


main()
