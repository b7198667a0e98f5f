#!/usr/bin/env python3
"""Loads a checkpoint of ours with Hugging Face libraries and compares what they compute.

  test_transformers.py TOOLS CHECKPOINT.tar.zst TEXT

TOOLS is the directory of the built commands; TEXT a file of text the model was not trained on.
"""
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np
import torch
from tokenizers import Tokenizer
from transformers import LlamaForCausalLM

TOLERANCE = 1e-4


def main(tools, checkpoint, text):
    with tempfile.TemporaryDirectory() as work:
        directory = Path(work, "model")
        directory.mkdir()
        subprocess.run(["tar", "--zstd", "-xf", checkpoint, "-C", directory], check=True)
        manifest = (directory / "MANIFEST").read_bytes().split(b"\n", 1)[1]
        subprocess.run(["sha256sum", "-c", "--quiet"], input=manifest, cwd=directory, check=True,
                       stderr=subprocess.DEVNULL)
        print("ok: tar, zstd and sha256sum agree with the manifest")

        tokenizer = Tokenizer.from_file(str(directory / "tokenizer.json"))
        theirs = tokenizer.encode(Path(text).read_text(), add_special_tokens=False).ids
        ours = subprocess.run([Path(tools, "nous-shard"), "encode", "--tokenizer",
                               directory / "tokenizer.json", text],
                              check=True, capture_output=True, text=True).stdout.split()
        assert [int(token) for token in ours] == theirs, "token ids differ"
        print(f"ok: tokenizers encodes to the same {len(theirs)} ids")

        model = LlamaForCausalLM.from_pretrained(directory, dtype=torch.float32)
        context = model.config.max_position_embeddings
        worst = 0.0
        for start in range(0, min(len(theirs), 8 * context) - context + 1, context):
            tokens = np.array(theirs[start:start + context], dtype="<u4")
            tokens.tofile(Path(work, "tokens"))
            subprocess.run([Path(tools, "interop-logits"), checkpoint, Path(work, "tokens"),
                            Path(work, "logits")], check=True)
            got = np.fromfile(Path(work, "logits"), dtype="<f4").reshape(len(tokens), -1)
            with torch.no_grad():
                expected = model(torch.tensor(tokens.astype(np.int64))[None]).logits[0].numpy()
            worst = max(worst, np.abs(got - expected).max() / np.abs(expected).max())
        assert worst <= TOLERANCE, f"logits differ by {worst:.2e}, more than {TOLERANCE}"
        print(f"ok: transformers' logits agree within {worst:.1e} (relative to the largest)")


if __name__ == "__main__":
    main(*sys.argv[1:])
