#!/usr/bin/env python3
"""Compares losses, gradients and config.json with those of transformers' LlamaForCausalLM.

  test_gradients.py path/to/interop-gradients

Every parameter's gradient must agree within 1e-4 of its largest element, and in norm within 1e-4;
of a gradient a thousand times smaller than the model's largest, within 1e-7 of that.
"""
import json
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np
import torch
from transformers import LlamaConfig, LlamaForCausalLM

TOLERANCE = 1e-4

# name, V, C, F, L, H, key-value heads, head size (None: C / H), tied, B, T
CASES = [
    ("tied", 97, 48, 80, 2, 4, 4, None, True, 3, 17),
    ("untied", 97, 48, 80, 2, 4, 4, None, False, 3, 17),
    ("grouped, tied", 512, 128, 352, 4, 8, 2, None, True, 2, 64),
    ("grouped, untied", 300, 96, 200, 3, 6, 3, None, False, 2, 100),
    ("one key-value head", 61, 40, 56, 2, 5, 1, None, False, 2, 33),
    ("wide heads", 61, 24, 40, 2, 2, 1, 32, True, 2, 50),
    ("one token", 11, 8, 12, 1, 2, 2, None, True, 1, 1),
]


def layout(layers, tied, biases=False):
    """Parameter names in the order of the flat buffer (docs/model.md)."""
    yield "model.embed_tokens.weight"
    for layer in range(layers):
        for name in ("input_layernorm", "self_attn.q_proj", "self_attn.k_proj", "self_attn.v_proj",
                     "self_attn.o_proj", "post_attention_layernorm", "mlp.gate_proj",
                     "mlp.up_proj", "mlp.down_proj"):
            yield f"model.layers.{layer}.{name}.weight"
            if biases and name == "self_attn.v_proj":
                yield from (f"model.layers.{layer}.self_attn.{n}_proj.bias" for n in "qkv")
    yield "model.norm.weight"
    if not tied:
        yield "lm_head.weight"


def compare(tool, case, seed):
    name, V, C, F, L, H, G, D, tied, B, T = case
    torch.manual_seed(seed)
    config = LlamaConfig(
        vocab_size=V, hidden_size=C, intermediate_size=F, num_hidden_layers=L,
        num_attention_heads=H, num_key_value_heads=G, head_dim=D or C // H,
        max_position_embeddings=T, rms_norm_eps=1e-5, tie_word_embeddings=tied,
        attn_implementation="eager", architectures=["LlamaForCausalLM"])
    model = LlamaForCausalLM(config)
    with torch.no_grad():
        for parameter in model.parameters():
            if parameter.dim() == 1:
                parameter.copy_(1 + 0.2 * torch.randn_like(parameter))
            else:
                parameter.copy_(0.15 * torch.randn_like(parameter))
    tokens = torch.randint(0, V, (B, T + 1))
    logits = model(tokens[:, :-1]).logits
    losses = torch.nn.functional.cross_entropy(
        logits.reshape(-1, V), tokens[:, 1:].reshape(-1), reduction="none")
    losses.mean().backward()

    parameters = dict(model.named_parameters())
    names = list(layout(L, tied))
    assert set(names) == set(parameters), set(names) ^ set(parameters)
    flat = np.concatenate([parameters[n].detach().numpy().ravel() for n in names])
    with tempfile.TemporaryDirectory() as directory:
        path = Path(directory)
        config.save_pretrained(path)
        flat.astype("<f4").tofile(path / "parameters")
        tokens.numpy().astype("<u4").tofile(path / "tokens")
        subprocess.run(
            [tool, path / "config.json", path / "parameters", path / "tokens", str(T), "2", "2",
             path / "gradients", path / "losses", path / "ours.json"], check=True)
        written = LlamaConfig.from_json_file(path / "ours.json")
        ours = np.fromfile(path / "gradients", "<f4")
        our_losses = np.fromfile(path / "losses", "<f4")

    for field in ("vocab_size", "hidden_size", "intermediate_size", "num_hidden_layers",
                  "num_attention_heads", "num_key_value_heads", "head_dim", "rms_norm_eps",
                  "max_position_embeddings", "tie_word_embeddings", "rope_parameters"):
        assert getattr(written, field) == getattr(config, field), field
    copy = LlamaForCausalLM(written)
    copy.load_state_dict(model.state_dict())
    assert torch.allclose(copy(tokens[:, :-1]).logits, logits, atol=1e-4), "another model"

    worst = worst_error(names, parameters, ours, our_losses, losses.detach().numpy())
    verdict = "ok" if worst[1] < TOLERANCE else "FAILED"
    print(f"{verdict:6} {name:20} worst relative error {worst[1]:.2e} ({worst[0]})")
    return worst[1] < TOLERANCE


def worst_error(names, parameters, ours, our_losses, losses):
    """The parameter, or "losses", that differs most from autograd's, and by how much."""
    # A gradient that is zero in exact arithmetic is rounding noise here and there.
    floor = 1e-3 * max(p.grad.abs().max().item() for p in parameters.values())
    worst, start = ("losses", relative(our_losses, losses, floor)), 0
    for n in names:
        theirs = parameters[n].grad.numpy().ravel()
        error = relative(ours[start:start + theirs.size], theirs, floor)
        start += theirs.size
        if error > worst[1]:
            worst = (n, error)
    assert start == ours.size
    return worst


def relative(ours, theirs, floor):
    """The larger of the largest difference and the difference's norm, each relative."""
    difference = ours.astype("f8") - theirs
    return max(np.abs(difference).max() / max(np.abs(theirs).max(), floor),
               np.linalg.norm(difference) / max(np.linalg.norm(theirs), floor))


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    torch.set_num_threads(2)
    results = [compare(sys.argv[1], case, seed) for seed, case in enumerate(CASES)]
    sys.exit(0 if all(results) else 1)
