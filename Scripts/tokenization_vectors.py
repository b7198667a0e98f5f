#!/usr/bin/env python3
"""Write the known answers of Tests/Vectors/tokenization that other programs give.

    venv/bin/pip install tokenizers==0.23.3 tiktoken==0.14.0
    venv/bin/python Scripts/tokenization_vectors.py Tests/Vectors/tokenization

Made from training-text.txt, trained.json and pieces-llama3.json there: pieces-qwen2.json and
pieces-smollm.json (texts as their pieces), composition.json (texts and their normalization form C),
sentencepiece.json (a vocabulary of SentencePiece's kind), small.tiktoken, and tokenizers.json: parts
that replace those of a vocabulary's file, with texts and their ids, special tokens as text and as
tokens.
"""
import base64
import json
import random
import sys
from pathlib import Path

import tiktoken
from tokenizers import Regex, Tokenizer, models, normalizers, pre_tokenizers, trainers

FOLDER = Path(sys.argv[1])
MARK = "\u2581"
QWEN2 = (
    r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}"
    r"| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"
)
CAPITALS, SMALL = r"[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]", r"[\p{Ll}\p{Lm}\p{Lo}\p{M}]"
ENDING = r"(?i:'s|'t|'re|'ve|'m|'ll|'d)?"
O200K = (
    rf"[^\r\n\p{{L}}\p{{N}}]?{CAPITALS}*{SMALL}+{ENDING}|[^\r\n\p{{L}}\p{{N}}]?{CAPITALS}+{SMALL}*{ENDING}"
    r"|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n/]*|\s*[\r\n]+|\s+(?!\S)|\s+"
)
GPT2 = r"'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+"
TEXTS = [
    "", " ", "  ", "In the beginning", " God created the heaven", "a\u2581b \u2581c", "1234 \u0663\u0664x",
    "e\u0301a\u0328\u0301 \uac00\u11a8", "\u00a0x\u3000", "\U0001f469\u200d\U0001f4bb \u4e2d\u6587", "\n\n and\tthe\r\n",
    "<s>the</s> and <s> ", "<s>", " </s>", "x </s>y", "the <tool> and<tool> <tool>the", "wordword word", "a  <left>  b",
    "a  <right>  b\u3000<right>\u00a0", "\u00c5ngstr\u00f6m A\u030angstrom", "<s", "!!\U00011de1!!  \U00011de2",
    "the <|endoftext|> of <|endoftext|>", "<0x0A>\x00\x7f",
]


def write(name: str, content) -> None:
    rows = ",\n".join(json.dumps(row) for row in content)
    (FOLDER / name).write_text(f"[\n{rows}\n]\n")


def random_texts(alphabet: list[str], count: int, seed: int) -> list[str]:
    chance = random.Random(seed)
    return ["".join(chance.choice(alphabet) for _ in range(chance.randrange(1, 12))) for _ in range(count)]


def pieces() -> None:
    texts = ["".join(row) for row in json.loads((FOLDER / "pieces-llama3.json").read_text())]
    texts += ["a  1", "  12 3", "'s1's", " !\u0661\u00bd!", "!\U00011de1\U00011de2 \U00016ff4x", " \U00011de1", "'\U00011de1"]
    letters = list("aBcD\u4e2d\u0301\u01c5\u02b0 '/\n!\r1sStTlLrReEvV\u017f\t\ufeff")
    texts += random_texts(letters, 300, 2)
    ways = {"o200k": [pre_tokenizers.Split(Regex(O200K), "isolated")],
            "qwen2": [pre_tokenizers.Split(Regex(QWEN2), "isolated")],
            "smollm": [pre_tokenizers.Digits(individual_digits=True), pre_tokenizers.Split(Regex(GPT2), "isolated")]}
    for name, parts in ways.items():
        split = pre_tokenizers.Sequence(parts).pre_tokenize_str
        write(f"pieces-{name}.json", [[piece for piece, _ in split(text)] for text in texts])


def composition() -> None:
    alphabet = ([chr(c) for c in range(0x300, 0x362)] + list("aeAEoOnk") * 8 + ["\u1100", "\u1161", "\u11a8", "\uac00"] * 4
                + list("\u0344\u2126\u0958\u0b47\u0b3e\u1b05\u1b35\u0cc6\u0cc2\u0cd5\u1e9b\u0f71\u0f72\u05b0\u0591\U0001d15e\uf900\U00011099\U000110ba\u1df6")
                + list("\u00c5\u1e69\u1ec7\u3099\u304b\u0653\u0627"))
    texts = random_texts(alphabet, 300, 1)
    compose = normalizers.NFC().normalize_str
    write("composition.json", [[text, compose(text)] for text in texts])


def sentencepiece() -> dict:
    """A file like Llama 2's, its merges learned from the training text."""
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace(prepend_scheme="always", split=True)
    trainer = trainers.BpeTrainer(vocab_size=200, show_progress=False)
    tokenizer.train_from_iterator([(FOLDER / "training-text.txt").read_text()], trainer)
    learned = json.loads(tokenizer.to_str())["model"]
    names = ["<unk>", "<s>", "</s>"] + [f"<0x{byte:02X}>" for byte in range(256)]
    names += [name for name in sorted(learned["vocab"], key=learned["vocab"].get) if name not in names]
    # Runs of spaces and a token across words, as SentencePiece has when it does not split.
    more = [[MARK, MARK], [MARK * 2, MARK * 2], ["e", MARK]]
    names += ["".join(pair) for pair in more]
    return file(
        {"unk_token": "<unk>", "fuse_unk": True, "byte_fallback": True,
         "vocab": {name: number for number, name in enumerate(names)}, "merges": learned["merges"] + more},
        [added(0, "<unk>"), added(1, "<s>"), added(2, "</s>")],
        normalizer={"type": "Sequence", "normalizers": [{"type": "Prepend", "prepend": MARK}, REPLACE]},
        decoder={"type": "Sequence", "decoders": [
            {"type": "Replace", "pattern": {"String": MARK}, "content": " "}, {"type": "ByteFallback"},
            {"type": "Fuse"}, {"type": "Strip", "content": " ", "start": 1, "stop": 0}]})


REPLACE = {"type": "Replace", "pattern": {"String": " "}, "content": MARK}


def file(model: dict, tokens: list[dict], **parts: dict) -> dict:
    whole = {"type": "BPE", "dropout": None, "unk_token": None, "continuing_subword_prefix": None,
             "end_of_word_suffix": None, "fuse_unk": False, "byte_fallback": False, "ignore_merges": False, **model}
    return {"version": "1.0", "truncation": None, "padding": None, "added_tokens": tokens, "normalizer": None,
            "pre_tokenizer": None, "post_processor": None, **parts, "model": whole}


def added(number: int, content: str, special: bool = True, **flags: bool) -> dict:
    return {"id": number, "content": content, "single_word": False, "lstrip": False, "rstrip": False,
            "normalized": False, "special": special, **flags}


def metaspace(scheme: str, split: bool = False) -> dict:
    return {"normalizer": None, "pre_tokenizer": {
        "type": "Metaspace", "replacement": MARK, "prepend_scheme": scheme, "split": split}}


def digits() -> dict:
    return {"pre_tokenizer": {"type": "Sequence", "pretokenizers": [
        {"type": "Digits", "individual_digits": True},
        {"type": "ByteLevel", "add_prefix_space": False, "trim_offsets": True, "use_regex": True}]}}


def split(expression: str) -> dict:
    return {"pre_tokenizer": {"type": "Sequence", "pretokenizers": [
        {"type": "Split", "pattern": {"Regex": expression}, "behavior": "Isolated", "invert": False},
        {"type": "ByteLevel", "add_prefix_space": False, "trim_offsets": True, "use_regex": False}]}}


def flagged(first: int) -> list[dict]:
    return [added(first, "<tool>", special=False), added(first + 1, "word", special=False, single_word=True),
            added(first + 2, "<left>", lstrip=True), added(first + 3, "<right>", rstrip=True, special=False),
            added(first + 4, "A\u030angstrom", special=False, normalized=True), added(first + 5, "<s", normalized=True)]


def answers(vocabulary: str, whole: dict, parts: dict) -> dict:
    tokenizer = Tokenizer.from_str(json.dumps({**whole, **parts}))
    row = {"vocabulary": vocabulary, "parts": parts, "cases": []}
    for text in TEXTS:
        ids = {}
        for mode in (True, False):
            tokenizer.encode_special_tokens = mode
            ids[mode] = tokenizer.encode(text, add_special_tokens=False).ids
        row["cases"].append([text, ids[True], ids[False]])
    return row


def small_tiktoken(trained: dict) -> dict:
    """The trained vocabulary as ranks, and the ids that `tiktoken` gives."""
    characters = [*range(33, 127), *range(161, 173), *range(174, 256)]
    alphabet = {chr(c): c for c in characters}
    alphabet |= {chr(256 + n): c for n, c in enumerate(c for c in range(256) if c not in characters)}
    names = [name for name in sorted(trained["model"]["vocab"], key=trained["model"]["vocab"].get) if name[:2] != "<|"]
    ranks = {bytes(alphabet[c] for c in name): rank for rank, name in enumerate(names)}
    lines = [f"{base64.b64encode(token).decode()} {rank}\n" for token, rank in ranks.items()]
    (FOLDER / "small.tiktoken").write_text("".join(lines))
    encoding = tiktoken.Encoding("small", pat_str=GPT2, mergeable_ranks=ranks, special_tokens={"<|endoftext|>": 50256})
    return {"vocabulary": "small.tiktoken", "parts": {}, "cases": [
        [text, encoding.encode_ordinary(text), encoding.encode(text, allowed_special="all")] for text in TEXTS]}


def main() -> None:
    pieces()
    composition()
    trained = json.loads((FOLDER / "trained.json").read_text())
    marked = sentencepiece()
    (FOLDER / "sentencepiece.json").write_text(json.dumps(marked, ensure_ascii=False, indent=0) + "\n")
    first, last = trained["added_tokens"], len(marked["model"]["vocab"])
    nfc = {"normalizer": {"type": "NFC"}}
    rows = [answers("trained.json", trained, parts) for parts in (
        {}, digits(), nfc | split(QWEN2), {"added_tokens": first + flagged(420)},
        nfc | {"added_tokens": first + flagged(420)})]
    rows += [answers("sentencepiece.json", marked, parts) for parts in (
        {}, metaspace("first"), metaspace("always"), metaspace("never"), metaspace("first", split=True),
        metaspace("always", split=True), {"normalizer": REPLACE},
        {"added_tokens": marked["added_tokens"] + flagged(last)},
        metaspace("first") | {"added_tokens": marked["added_tokens"] + flagged(last)},
        {"added_tokens": [{**token, "normalized": True} for token in marked["added_tokens"]]})]
    write("tokenizers.json", [*rows, small_tiktoken(trained)])


main()
