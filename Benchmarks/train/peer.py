#!/usr/bin/env python3
"""PyTorch's side of `make bench-train`: one training step for each line on standard input.

    peer.py --shape '{"vocabulary": 512, …}' --mode eager|compiled --threads 2

Prints one JSON object when ready and one after each step. The decoder is the one of docs/model.md in
single precision: RMSNorm, rotary embedding by halves, grouped queries, SwiGLU, tied embeddings, and
fused AdamW. Nothing is done differently for speed than a user of PyTorch would: `torch.compile` with
static shapes, scaled_dot_product_attention, logits of the whole batch.
"""
import argparse
import json
import math
import os
import resource
import sys
import time

arguments = argparse.ArgumentParser()
arguments.add_argument("--shape", required=True)
arguments.add_argument("--mode", choices=["eager", "compiled"], required=True)
arguments.add_argument("--threads", type=int, default=2)
options = arguments.parse_args()
os.environ["OMP_NUM_THREADS"] = str(options.threads)

import torch  # noqa: E402  (reads OMP_NUM_THREADS)
import torch.nn.functional as F  # noqa: E402
from torch import nn  # noqa: E402

shape = json.loads(options.shape)
V, C, FF = shape["vocabulary"], shape["hidden"], shape["intermediate"]
L, H, T, B = shape["layers"], shape["heads"], shape["tokens"], shape["batch"]
D = C // H


def rotate(x, cosines, sines):
    low, high = x.chunk(2, dim=-1)
    return torch.cat((low * cosines - high * sines, high * cosines + low * sines), dim=-1)


class Layer(nn.Module):
    def __init__(self):
        super().__init__()
        self.input_norm, self.feed_forward_norm = nn.RMSNorm(C, eps=1e-5), nn.RMSNorm(C, eps=1e-5)
        self.query, self.key, self.value, self.output = (nn.Linear(C, C, bias=False) for _ in range(4))
        self.gate, self.up = nn.Linear(C, FF, bias=False), nn.Linear(C, FF, bias=False)
        self.down = nn.Linear(FF, C, bias=False)

    def forward(self, x, cosines, sines):
        def heads(y):
            return y.view(B, T, H, D).transpose(1, 2)

        a = self.input_norm(x)
        q, k = rotate(heads(self.query(a)), cosines, sines), rotate(heads(self.key(a)), cosines, sines)
        o = F.scaled_dot_product_attention(q, k, heads(self.value(a)), is_causal=True)
        x = x + self.output(o.transpose(1, 2).reshape(B, T, C))
        b = self.feed_forward_norm(x)
        return x + self.down(F.silu(self.gate(b)) * self.up(b))


class Decoder(nn.Module):
    def __init__(self):
        super().__init__()
        self.embedding = nn.Embedding(V, C)
        self.layers = nn.ModuleList(Layer() for _ in range(L))
        self.norm = nn.RMSNorm(C, eps=1e-5)
        for parameter in self.parameters():
            if parameter.dim() == 2:
                nn.init.normal_(parameter, 0, 0.02)
        frequencies = 10_000.0 ** (-torch.arange(0, D, 2).float() / D)
        angles = torch.outer(torch.arange(T).float(), frequencies)
        self.register_buffer("cosines", angles.cos(), persistent=False)
        self.register_buffer("sines", angles.sin(), persistent=False)

    def forward(self, tokens, targets):
        x = self.embedding(tokens)
        for layer in self.layers:
            x = layer(x, self.cosines, self.sines)
        logits = F.linear(self.norm(x), self.embedding.weight)
        return F.cross_entropy(logits.view(-1, V), targets.reshape(-1))


torch.set_num_threads(options.threads)
torch.manual_seed(1)
model = Decoder()
matrices = [p for p in model.parameters() if p.dim() > 1]
vectors = [p for p in model.parameters() if p.dim() < 2]
optimizer = torch.optim.AdamW(
    [{"params": matrices, "weight_decay": 0.1}, {"params": vectors, "weight_decay": 0.0}],
    lr=1e-3, betas=(0.9, 0.95), eps=1e-8, fused=True)
step = torch.compile(model, dynamic=False) if options.mode == "compiled" else model
data = torch.randint(0, V, (B, T + 1))


def train():
    loss = step(data[:, :-1], data[:, 1:])
    loss.backward()
    optimizer.step()
    optimizer.zero_grad(set_to_none=True)
    return loss.item()


def report(**fields):
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    print(json.dumps({**fields, "peak_bytes": peak}), flush=True)


train()  # compiles, and allocates the moments
report(ready=True, parameters=sum(p.numel() for p in model.parameters()), version=torch.__version__)
for _ in sys.stdin:
    start = time.perf_counter()
    loss = train()
    report(seconds=time.perf_counter() - start, loss=loss)
