#!/usr/bin/env python3
"""PyTorch's side of `make bench-learning`: `peer.py DIRECTORY`.

Reads what `bench-learning train` wrote there (sizes and rates, tokens, initial weights, the offset of
every window of every batch), trains the same decoder in single precision, and writes `peer.ndjson`,
the curve in the form of `ours.ndjson`. Modules have the names of Hugging Face's Llama, so that the
weights load by name.
"""
import json
import math
import os
import sys
import time

directory = sys.argv[1]
with open(f"{directory}/settings.json") as file:
    S = json.load(file)
os.environ["OMP_NUM_THREADS"] = str(S["threads"])

import numpy as np  # noqa: E402
import torch  # noqa: E402  (reads OMP_NUM_THREADS)
import torch.nn.functional as F  # noqa: E402
from safetensors.torch import load_file  # noqa: E402
from torch import nn  # noqa: E402

V, C, FF, L, H, T, B = (
    S[name] for name in ("vocabulary", "hidden", "intermediate", "layers", "heads", "context", "batch"))
D = C // H


class Attention(nn.Module):
    def __init__(self):
        super().__init__()
        self.q_proj, self.k_proj, self.v_proj, self.o_proj = (
            nn.Linear(C, C, bias=False) for _ in range(4))

    def forward(self, x, cosines, sines):
        def split(y):
            return y.view(x.shape[0], T, H, D).transpose(1, 2)

        def turn(y):
            low, high = y.chunk(2, dim=-1)
            return torch.cat((low * cosines - high * sines, high * cosines + low * sines), dim=-1)

        q, k, v = turn(split(self.q_proj(x))), turn(split(self.k_proj(x))), split(self.v_proj(x))
        o = F.scaled_dot_product_attention(q, k, v, is_causal=True)
        return self.o_proj(o.transpose(1, 2).reshape(x.shape[0], T, C))


class FeedForward(nn.Module):
    def __init__(self):
        super().__init__()
        self.gate_proj, self.up_proj = nn.Linear(C, FF, bias=False), nn.Linear(C, FF, bias=False)
        self.down_proj = nn.Linear(FF, C, bias=False)

    def forward(self, x):
        return self.down_proj(F.silu(self.gate_proj(x)) * self.up_proj(x))


class Layer(nn.Module):
    def __init__(self):
        super().__init__()
        self.input_layernorm = nn.RMSNorm(C, eps=1e-5)
        self.self_attn = Attention()
        self.post_attention_layernorm = nn.RMSNorm(C, eps=1e-5)
        self.mlp = FeedForward()

    def forward(self, x, cosines, sines):
        x = x + self.self_attn(self.input_layernorm(x), cosines, sines)
        return x + self.mlp(self.post_attention_layernorm(x))


class Decoder(nn.Module):
    def __init__(self):
        super().__init__()
        self.embed_tokens = nn.Embedding(V, C)
        self.layers = nn.ModuleList(Layer() for _ in range(L))
        self.norm = nn.RMSNorm(C, eps=1e-5)
        frequencies = 10_000.0 ** (-torch.arange(0, D, 2).double() / D)
        angles = torch.outer(torch.arange(T).double(), frequencies)
        self.register_buffer("cosines", angles.cos().float(), persistent=False)
        self.register_buffer("sines", angles.sin().float(), persistent=False)

    def forward(self, tokens, targets):
        x = self.embed_tokens(tokens)
        for layer in self.layers:
            x = layer(x, self.cosines, self.sines)
        logits = F.linear(self.norm(x), self.embed_tokens.weight)
        return F.cross_entropy(logits.view(-1, V), targets.reshape(-1))


def rate(step):
    """Warm-up along a line, then half a cosine down to the final rate."""
    if step < S["warmup"]:
        return S["peak_rate"] * (step + 1) / S["warmup"]
    progress = (step - S["warmup"]) / (S["iterations"] - S["warmup"])
    weight = 0.5 * (1 + math.cos(math.pi * progress))
    return S["final_rate"] + weight * (S["peak_rate"] - S["final_rate"])


torch.set_num_threads(S["threads"])
model = Decoder()
weights = load_file(f"{directory}/initial.safetensors")
model.load_state_dict({name.removeprefix("model."): tensor for name, tensor in weights.items()})
matrices = [p for p in model.parameters() if p.dim() > 1]
vectors = [p for p in model.parameters() if p.dim() < 2]
optimizer = torch.optim.AdamW(
    [{"params": matrices, "weight_decay": S["weight_decay"]}, {"params": vectors, "weight_decay": 0.0}],
    lr=S["peak_rate"], betas=(S["beta1"], S["beta2"]), eps=1e-8, fused=True)

tokens = torch.from_numpy(np.fromfile(f"{directory}/tokens.bin", dtype="<u4").astype(np.int64))
training, validation = tokens[: S["training_tokens"]], tokens[S["training_tokens"]:]
offsets = np.fromfile(f"{directory}/offsets.bin", dtype="<u4").astype(np.int64).reshape(-1, B)
window = torch.arange(T + 1)
held_out = validation[torch.arange(0, len(validation) - T, T)[:, None] + window]


@torch.no_grad()
def validation_loss():
    total = sum(model(part[:, :-1], part[:, 1:]).item() * len(part) for part in held_out.split(64))
    return total / len(held_out)


def train(step):
    for group in optimizer.param_groups:
        group["lr"] = rate(step)
    batch = training[torch.from_numpy(offsets[step])[:, None] + window]
    loss = model(batch[:, :-1], batch[:, 1:])
    loss.backward()
    torch.nn.utils.clip_grad_norm_(model.parameters(), S["clip"])
    optimizer.step()
    optimizer.zero_grad(set_to_none=True)
    return loss.item()


curve, losses, seconds = [], [], 0.0


def report(iteration):
    mean = sum(losses) / len(losses) if losses else None
    point = dict(iteration=iteration, training_loss=mean, validation_loss=validation_loss(), seconds=seconds)
    print(f"iteration {iteration}: validation loss {point['validation_loss']:.4f}, {seconds:.1f} s", flush=True)
    curve.append(json.dumps(point) + "\n")
    losses.clear()


report(0)
for step in range(S["iterations"]):
    start = time.perf_counter()
    losses.append(train(step))
    seconds += time.perf_counter() - start
    if (step + 1) % S["evaluation_interval"] == 0:
        report(step + 1)
with open(f"{directory}/peer-version", "w") as file:
    file.write(f"torch-{torch.__version__}-eager\n")
with open(f"{directory}/peer.ndjson", "w") as file:
    file.writelines(curve)
