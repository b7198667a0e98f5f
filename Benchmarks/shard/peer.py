#!/usr/bin/env python3
"""The other side of `make bench-shard`: one pass over a text for each line on standard input.

    peer.py tokenizers|tiktoken|gigatoken encode TOKENIZER TEXT THREADS
    peer.py tokenizers train TEXT VOCABULARY-SIZE THREADS TOKENIZER-TO-WRITE

Prints one JSON object when ready and one after each pass. TOKENIZER is a tokenizer.json; tiktoken is
given its tokens in the order of their ids. All take the text in the same documents, in one batch.
"""
import hashlib
import json
import os
import sys
import time

program, task = sys.argv[1:3]
text, threads = (sys.argv[4], sys.argv[5]) if task == "encode" else (sys.argv[3], sys.argv[5])
os.environ["RAYON_NUM_THREADS"] = threads
os.environ["TOKENIZERS_PARALLELISM"] = "true" if threads != "1" else "false"

import numpy  # noqa: E402  (after the environment is set)


def documents(path):
    """The text in documents of at least 20,000 bytes that end in a line feed."""
    with open(path, "rb") as file:
        data = file.read()
    found, start = [], 0
    while start < len(data):
        end = data.find(b"\n", start + 20_000) + 1 or len(data)
        found.append(data[start:end])
        start = end
    return found


def tiktoken_encoding(path):
    import tiktoken
    with open(path, "rb") as file:
        model = json.load(file)["model"]
    printable = [*range(33, 127), *range(161, 173), *range(174, 256)]
    alphabet = {chr(b): b for b in printable}
    alphabet |= {chr(256 + n): b for n, b in enumerate(b for b in range(256) if b not in printable)}
    ranks = {bytes(alphabet[c] for c in token): i for token, i in model["vocab"].items()
             if all(c in alphabet for c in token)}
    gpt2 = r"""'(?:[sdmt]|ll|ve|re)| ?\p{L}++| ?\p{N}++| ?[^\s\p{L}\p{N}]++|\s++$|\s+(?!\S)|\s"""
    llama3 = (r"""'(?i:[sdmt]|ll|ve|re)|[^\r\n\p{L}\p{N}]?+\p{L}++|\p{N}{1,3}+| ?[^\s\p{L}\p{N}]++[\r\n]*+|\s++$"""
              r"""|\s*[\r\n]|\s+(?!\S)|\s""")
    pattern = llama3 if model.get("ignore_merges") else gpt2
    return tiktoken.Encoding("bench", pat_str=pattern, mergeable_ranks=ranks, special_tokens={})


def encoder():
    pieces = documents(text)
    if program == "gigatoken":
        import awkward
        import gigatoken
        tokenizer = gigatoken.Tokenizer(sys.argv[3])
        return (lambda: tokenizer.encode_batch(pieces, parallel=threads != "1"),
                lambda result: numpy.asarray(awkward.flatten(result)))
    strings = [piece.decode() for piece in pieces]
    join = numpy.concatenate
    if program == "tiktoken":
        encoding = tiktoken_encoding(sys.argv[3])
        return (lambda: encoding.encode_ordinary_batch(strings, num_threads=int(threads)),
                lambda result: join([numpy.array(ids, dtype="<u4") for ids in result]))
    from tokenizers import Tokenizer
    tokenizer = Tokenizer.from_file(sys.argv[3])
    return (lambda: tokenizer.encode_batch_fast(strings, add_special_tokens=False),
            lambda result: join([numpy.array(e.ids, dtype="<u4") for e in result]))


def trainer():
    from tokenizers import Tokenizer, models, pre_tokenizers, trainers
    strings = [piece.decode() for piece in documents(text)]

    def train():
        tokenizer = Tokenizer(models.BPE())
        tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=True)
        tokenizer.train_from_iterator(strings, trainers.BpeTrainer(
            vocab_size=int(sys.argv[4]), special_tokens=["<|endoftext|>"], show_progress=False,
            initial_alphabet=pre_tokenizers.ByteLevel.alphabet()))
        return tokenizer

    return train, lambda tokenizer: tokenizer.save(sys.argv[6])


def main():
    step, finish = encoder() if task == "encode" else trainer()
    print(json.dumps({"ready": True}), flush=True)
    for _ in sys.stdin:
        start = time.perf_counter()
        result = step()
        seconds = time.perf_counter() - start
        report = {"seconds": seconds}
        if task == "encode":
            ids = finish(result).astype("<u4")
            report |= {"tokens": len(ids), "sha256": hashlib.sha256(ids.tobytes()).hexdigest()}
        else:
            finish(result)
        print(json.dumps(report), flush=True)


main()
