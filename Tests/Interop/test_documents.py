#!/usr/bin/env python3
"""Compares losses and gradients of rows of several documents with PyTorch's.

  test_documents.py path/to/interop-gradients

There attention gets a mask: causal, and block by block where documents do not see each other; positions
are counted in each block; only tokens that go on with their document have a loss. Tolerances are those
of test_gradients.py.
"""
import json
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np
import torch
from transformers import LlamaConfig, LlamaForCausalLM

from test_gradients import TOLERANCE, layout, relative

T = 40
# The lengths of the documents of each row; what is left of the 41 tokens is padding.
ROWS = [[17, 9, 15], [41], [5, 1, 2, 20], [40, 1], [30]]
# name, key-value heads, tied, resets attention
CASES = [
    ("apart, tied", 4, True, True),
    ("apart, grouped, untied", 2, False, True),
    ("together, tied", 2, True, False),
    ("together, untied", 4, False, False),
]


def documents(resets):
    """The mask [B, 1, T, T] to add to scores, positions [B, T], and whether targets count [B, T]."""
    owner = torch.stack([
        torch.tensor([i for i, n in enumerate(row) for _ in range(n)] + [-1] * (T + 1 - sum(row)))
        for row in ROWS])
    predicted = (owner[:, :-1] == owner[:, 1:]) & (owner[:, :-1] >= 0)
    seen = owner[:, :-1] if resets else torch.zeros_like(owner[:, :-1])
    allowed = (seen[:, :, None] == seen[:, None, :]) & torch.ones(T, T, dtype=torch.bool).tril()
    mask = torch.zeros(len(ROWS), 1, T, T).masked_fill(
        ~allowed[:, None], torch.finfo(torch.float32).min)
    # Of the keys a query sees, the first is position 0.
    positions = torch.arange(T)[None] - allowed.int().argmax(-1)
    return mask, positions, predicted


def compare(tool, case, seed):
    name, G, tied, resets = case
    V, C, F, L, H = 97, 48, 80, 2, 4
    torch.manual_seed(seed)
    config = LlamaConfig(
        vocab_size=V, hidden_size=C, intermediate_size=F, num_hidden_layers=L,
        num_attention_heads=H, num_key_value_heads=G, head_dim=C // H,
        max_position_embeddings=T, rms_norm_eps=1e-5, tie_word_embeddings=tied,
        attn_implementation="eager", architectures=["LlamaForCausalLM"])
    model = LlamaForCausalLM(config)
    with torch.no_grad():
        for parameter in model.parameters():
            noise = torch.randn_like(parameter)
            parameter.copy_(1 + 0.2 * noise if parameter.dim() == 1 else 0.15 * noise)
    tokens = torch.randint(0, V, (len(ROWS), T + 1))
    mask, positions, predicted = documents(resets)
    logits = model(
        tokens[:, :-1], attention_mask=mask, position_ids=positions, use_cache=False).logits
    losses = torch.nn.functional.cross_entropy(logits[predicted], tokens[:, 1:][predicted],
                                               reduction="none")
    losses.mean().backward()

    parameters = dict(model.named_parameters())
    names = list(layout(L, tied))
    flat = np.concatenate([parameters[n].detach().numpy().ravel() for n in names])
    with tempfile.TemporaryDirectory() as directory:
        path = Path(directory)
        config.save_pretrained(path)
        flat.astype("<f4").tofile(path / "parameters")
        tokens.numpy().astype("<u4").tofile(path / "tokens")
        (path / "documents").write_text(
            json.dumps({"reset_attention": resets, "segments": ROWS}))
        subprocess.run(
            [tool, path / "config.json", path / "parameters", path / "tokens", str(T), "2", "2",
             path / "gradients", path / "losses", path / "ours.json", "-", path / "documents"],
            check=True)
        ours = np.fromfile(path / "gradients", "<f4")
        our_losses = np.fromfile(path / "losses", "<f4")
    assert our_losses.size == losses.numel() == sum(n - 1 for row in ROWS for n in row)

    floor = 1e-3 * max(p.grad.abs().max().item() for p in parameters.values())
    worst, start = ("losses", relative(our_losses, losses.detach().numpy(), floor)), 0
    for n in names:
        theirs = parameters[n].grad.numpy().ravel()
        error = relative(ours[start:start + theirs.size], theirs, floor)
        start += theirs.size
        worst = max(worst, (n, error), key=lambda pair: pair[1])
    assert start == ours.size
    verdict = "ok" if worst[1] < TOLERANCE else "FAILED"
    print(f"{verdict:6} {name:24} worst relative error {worst[1]:.2e} ({worst[0]})")
    return worst[1] < TOLERANCE


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    torch.set_num_threads(2)
    results = [compare(sys.argv[1], case, seed) for seed, case in enumerate(CASES)]
    sys.exit(0 if all(results) else 1)
