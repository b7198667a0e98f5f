#!/usr/bin/env python3
"""Compares every model family and every rotation scaling with the classes of transformers.

  test_families.py TOOLS

TOOLS is the directory of the built programs. Models have random weights and odd sizes. Logits and
every parameter's gradient must agree within 1e-4 of their largest element, and in norm within 1e-4;
of a gradient a thousand times smaller than the model's largest, within 1e-7 of that. The config.json
written must give the same model again. Then 100 AdamW steps from the same weights on the same data
must have the same loss as PyTorch's within 1e-3 at every step.
"""
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import torch
from transformers import AutoConfig, AutoModelForCausalLM
from transformers import LlamaConfig, MistralConfig, Qwen2Config

from test_gradients import layout, relative, worst_error

TOLERANCE = 1e-4
LOSS_TOLERANCE = 1e-3
STEPS, RATE = 100, 1e-3

LLAMA3 = dict(rope_type="llama3", factor=8.0, low_freq_factor=1.0, high_freq_factor=4.0,
              original_max_position_embeddings=512)
YARN = dict(rope_type="yarn", factor=8.0, original_max_position_embeddings=512)

# The longest sequence P and what else differs from transformers' defaults; B sequences of T tokens.
CASES = {
    "Llama 2": (LlamaConfig, dict(V=97, C=44, F=76, L=2, H=4, G=4, D=10, P=64), 3, 33),
    "Llama 3, llama3 scaling": (
        LlamaConfig,
        dict(V=131, C=54, F=90, L=2, H=6, G=2, D=16, P=4096, theta=500_000.0, rope=LLAMA3),
        1, 4096),
    "TinyLlama": (LlamaConfig, dict(V=113, C=64, F=88, L=3, H=8, G=1, P=128), 2, 101),
    "SmolLM2": (
        LlamaConfig, dict(V=127, C=72, F=96, L=2, H=9, G=3, P=128, theta=1e5, tied=True), 2, 65),
    "Mistral": (
        MistralConfig,
        dict(V=101, C=40, F=70, L=2, H=4, G=2, D=32, P=128, theta=1e6, sliding_window=None), 2, 77),
    "Mistral, window as long": (
        MistralConfig, dict(V=101, C=40, F=70, L=2, H=4, G=4, P=96, sliding_window=96), 1, 96),
    "Qwen2": (
        Qwen2Config, dict(V=89, C=56, F=100, L=2, H=4, G=2, P=64, theta=1e6, eps=1e-6), 3, 50),
    "Qwen2.5, tied": (
        Qwen2Config,
        dict(V=149, C=70, F=110, L=2, H=7, G=1, P=64, theta=1e6, eps=1e-6, tied=True), 2, 61),
    "linear": (
        LlamaConfig,
        dict(V=97, C=48, F=64, L=2, H=3, G=3, P=320, rope=dict(rope_type="linear", factor=2.5)),
        2, 320),
    "dynamic, beyond its length": (
        LlamaConfig,
        dict(V=97, C=48, F=64, L=2, H=4, G=2, P=64, rope=dict(rope_type="dynamic", factor=4.0)),
        2, 250),
    "dynamic, within its length": (
        Qwen2Config,
        dict(V=97, C=48, F=64, L=2, H=4, G=2, P=64, rope=dict(rope_type="dynamic", factor=4.0)),
        2, 64),
    "YaRN": (LlamaConfig, dict(V=131, C=52, F=80, L=2, H=4, G=2, D=18, P=4096, rope=YARN), 1, 4096),
    "YaRN, Qwen2.5": (
        Qwen2Config,
        dict(V=131, C=48, F=80, L=2, H=3, G=1, P=2048, theta=1e6, tied=True,
             rope=dict(YARN, factor=4.0, truncate=False)),
        1, 2048),
    "YaRN, Mistral, other constants": (
        MistralConfig,
        dict(V=131, C=64, F=80, L=2, H=2, G=2, P=1024, sliding_window=None,
             rope=dict(YARN, original_max_position_embeddings=128, beta_fast=20.0,
                       beta_slow=2.0, mscale=1.0, mscale_all_dim=0.7)),
        1, 1024),
}

TRAINED = ["Llama 2", "Llama 3, llama3 scaling", "SmolLM2", "Mistral", "Qwen2", "Qwen2.5, tied",
           "YaRN", "YaRN, Qwen2.5", "dynamic, beyond its length"]


def configure(kind, V, C, F, L, H, G, P, D=None, theta=1e4, eps=1e-5, tied=False, rope=None,
              **others):
    return kind(
        vocab_size=V, hidden_size=C, intermediate_size=F, num_hidden_layers=L,
        num_attention_heads=H, num_key_value_heads=G, head_dim=D or C // H,
        max_position_embeddings=P, rms_norm_eps=eps, tie_word_embeddings=tied,
        rope_parameters=dict(rope or dict(rope_type="default"), rope_theta=theta),
        attn_implementation="sdpa", pad_token_id=None, **others)


def build(kind, sizes, deviation, norm_deviation):
    """A model whose biases and norms matter, and its parameters' names in our order."""
    config = configure(kind, **sizes)
    model = AutoModelForCausalLM.from_config(config).float()
    with torch.no_grad():
        for name, parameter in model.named_parameters():
            if name.endswith("norm.weight"):
                parameter.copy_(1 + norm_deviation * torch.randn_like(parameter))
            else:
                parameter.copy_(deviation * torch.randn_like(parameter))
    model.config.architectures = [type(model).__name__]
    names = list(layout(sizes["L"], sizes.get("tied", False), kind is Qwen2Config))
    assert set(names) == set(dict(model.named_parameters())), "other parameters"
    return model, names


def store(model, names, tokens, path):
    parameters = dict(model.named_parameters())
    model.config.save_pretrained(path)
    np.concatenate([parameters[n].detach().numpy().ravel() for n in names]).astype("<f4").tofile(
        path / "parameters")
    tokens.numpy().astype("<u4").tofile(path / "tokens")


def compare(tools, name, seed):
    kind, sizes, B, T = CASES[name]
    torch.manual_seed(seed)
    model, names = build(kind, sizes, 0.15, 0.2)
    V = sizes["V"]
    tokens = torch.randint(0, V, (B, T + 1))
    logits = model(tokens[:, :-1]).logits
    losses = torch.nn.functional.cross_entropy(
        logits.reshape(-1, V), tokens[:, 1:].reshape(-1), reduction="none")
    losses.mean().backward()
    with tempfile.TemporaryDirectory() as directory:
        path = Path(directory)
        store(model, names, tokens, path)
        subprocess.run(
            [tools / "interop-gradients", path / "config.json", path / "parameters",
             path / "tokens", str(T), "2", "1", path / "gradients", path / "losses",
             path / "ours.json", path / "logits"], check=True)
        (path / "config.json").write_bytes((path / "ours.json").read_bytes())
        written = AutoConfig.from_pretrained(path)
        ours = np.fromfile(path / "gradients", "<f4")
        our_losses = np.fromfile(path / "losses", "<f4")
        our_logits = np.fromfile(path / "logits", "<f4")
    again = AutoModelForCausalLM.from_config(written).float()
    assert type(again) is type(model), "another class"
    again.load_state_dict(model.state_dict())
    with torch.no_grad():
        assert torch.equal(again(tokens[:, :-1]).logits, logits), "config.json: another model"

    parameters = dict(model.named_parameters())
    logit_error = relative(our_logits, logits.detach().numpy().ravel(), 0)
    worst = worst_error(names, parameters, ours, our_losses, losses.detach().numpy())
    good = max(logit_error, worst[1]) < TOLERANCE
    print(f"{'ok' if good else 'FAILED':6} {name:32} T {T:4}  logits {logit_error:.1e}  "
          f"gradients {worst[1]:.1e} ({worst[0]})", flush=True)
    return good


def train(tools, name, seed):
    kind, sizes, _, T = CASES[name]
    torch.manual_seed(seed)
    model, names = build(kind, sizes, 0.02, 0)
    B, T = 4, min(T, 200 if "rope" in sizes else 64)
    # Each token follows from the one before, but for a tenth of noise: something to learn.
    successor = torch.randperm(sizes["V"])
    tokens = torch.randint(0, sizes["V"], (STEPS * B, T + 1))
    for position in range(1, T + 1):
        follows = torch.rand(STEPS * B) < 0.9
        tokens[follows, position] = successor[tokens[follows, position - 1]]
    with tempfile.TemporaryDirectory() as directory:
        path = Path(directory)
        store(model, names, tokens, path)
        subprocess.run(
            [tools / "interop-training", path / "config.json", path / "parameters",
             path / "tokens", str(T), str(B), str(RATE), path / "losses"], check=True)
        ours = np.fromfile(path / "losses", "<f4")
    groups = [dict(params=[p for p in model.parameters() if p.dim() > 1], weight_decay=0.1),
              dict(params=[p for p in model.parameters() if p.dim() == 1], weight_decay=0.0)]
    optimizer = torch.optim.AdamW(groups, lr=RATE, betas=(0.9, 0.95))
    theirs = []
    for batch in tokens.split(B):
        optimizer.zero_grad()
        loss = torch.nn.functional.cross_entropy(
            model(batch[:, :-1]).logits.reshape(-1, sizes["V"]), batch[:, 1:].reshape(-1))
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        theirs.append(loss.item())
    theirs = np.array(theirs)
    worst = np.abs(ours - theirs).max()
    good = len(ours) == STEPS and worst < LOSS_TOLERANCE and theirs[-1] < 0.9 * theirs[0]
    print(f"{'ok' if good else 'FAILED':6} {name:32} {STEPS} steps, loss {theirs[0]:.3f} to "
          f"{theirs[-1]:.3f}, largest difference {worst:.1e}", flush=True)
    return good


def main(tools):
    torch.set_num_threads(2)
    started = time.monotonic()
    results = [compare(Path(tools), name, seed) for seed, name in enumerate(CASES)]
    results += [train(Path(tools), name, seed) for seed, name in enumerate(TRAINED)]
    print(f"{sum(results)} of {len(results)} in {time.monotonic() - started:.0f} s")
    return all(results)


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    sys.exit(0 if main(sys.argv[1]) else 1)
