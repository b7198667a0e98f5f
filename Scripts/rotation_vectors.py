#!/usr/bin/env python3
"""Writes Tests/Vectors/rotation.txt: frequencies of the rotation as transformers computes them.

Needs transformers 5.23.0 and PyTorch; prints to standard output.
"""
import json

import torch
import transformers
from transformers import LlamaConfig
from transformers.models.llama.modeling_llama import LlamaRotaryEmbedding

YARN = dict(rope_type="yarn", factor=4.0, original_max_position_embeddings=32768)

# name, head size, longest sequence, base, scaling, tokens of the sequence
CASES = [
    ("plain", 16, 2048, 10000.0, dict(rope_type="default"), 8),
    ("Llama-3.2-1B", 64, 131072, 500000.0,
     dict(rope_type="llama3", factor=32.0, low_freq_factor=1.0, high_freq_factor=4.0,
          original_max_position_embeddings=8192), 8),
    ("Yarn-Llama-2-7b-64k", 128, 65536, 10000.0,
     dict(rope_type="yarn", factor=16.0, original_max_position_embeddings=4096), 8),
    ("Qwen2.5-7B with YaRN", 128, 32768, 1000000.0, YARN, 8),
    ("YaRN, ramp not rounded", 32, 131072, 10000.0, dict(YARN, truncate=False), 8),
    ("YaRN, attention factor given", 32, 131072, 10000.0, dict(YARN, attention_factor=1.5), 8),
    ("YaRN, two weights", 32, 163840, 10000.0,
     dict(rope_type="yarn", factor=40.0, original_max_position_embeddings=4096, beta_fast=20.0,
          beta_slow=2.0, mscale=1.0, mscale_all_dim=0.7), 8),
    ("YaRN, ramp of one pair", 4, 64, 10.0,
     dict(rope_type="yarn", factor=2.0, original_max_position_embeddings=4), 8),
    ("linear", 16, 4096, 10000.0, dict(rope_type="linear", factor=2.5), 8),
    ("dynamic, within the context", 16, 64, 10000.0, dict(rope_type="dynamic", factor=4.0), 64),
    ("dynamic, beyond the context", 16, 64, 10000.0, dict(rope_type="dynamic", factor=4.0), 200),
]


def main():
    print("# Frequencies of the rotation (radians a position, single precision) and the factor of")
    print(f"# cosines and sines, as LlamaRotaryEmbedding of transformers {transformers.__version__}")
    print("# computes them; written by Scripts/rotation_vectors.py.")
    for name, head_size, longest, theta, scaling, tokens in CASES:
        rope = dict(scaling, rope_theta=theta)
        rotation = LlamaRotaryEmbedding(LlamaConfig(
            hidden_size=head_size, num_attention_heads=1, head_dim=head_size,
            max_position_embeddings=longest, rope_parameters=dict(rope)))
        rotation(torch.zeros(1), torch.arange(tokens)[None])
        print(f"\nname {name}\nhead_dim {head_size}\nmax_position_embeddings {longest}")
        print(f"rope_parameters {json.dumps(rope)}\ntokens {tokens}")
        print(f"amplitude {rotation.attention_scaling!r}")
        print("frequencies " + " ".join(f"{value:.9g}" for value in rotation.inv_freq.tolist()))


if __name__ == "__main__":
    main()
