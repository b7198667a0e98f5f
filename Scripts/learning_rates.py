#!/usr/bin/env python3
"""Write Tests/Vectors/learning-rates.txt: learning rates as `transformers` and PyTorch compute them.

    python3 -m venv venv && venv/bin/pip install torch transformers==5.23.0
    venv/bin/python Scripts/learning_rates.py > Tests/Vectors/learning-rates.txt

Each line is a kind, warm-up steps, all steps, decay steps, the final fraction, and the rates of steps
0, 1, … at a peak of 1, two beyond the last. transformers warms up along step / warm-up, from 0; our
step i has the rate of its step i + 1 there. (Its warm-up to a stable rate starts from the final
fraction instead, which is not compared.)
"""
import torch
import transformers
from transformers import (
    get_constant_schedule_with_warmup, get_cosine_schedule_with_warmup,
    get_cosine_with_min_lr_schedule_with_warmup, get_linear_schedule_with_warmup, get_wsd_schedule)

# kind, warm-up, total, decay, final fraction
CASES = [
    ("constant", 5, 12, 0, 1.0),
    ("linear", 0, 10, 0, 0.0),
    ("linear", 4, 21, 0, 0.0),
    ("cosine", 0, 10, 0, 0.0),
    ("cosine", 7, 50, 0, 0.0),
    ("cosine", 10, 60, 0, 0.1),
    ("warmup-stable-decay", 3, 20, 6, 0.0),
    ("warmup-stable-decay", 5, 40, 15, 0.1),
]


def schedule(optimizer, kind, warmup, total, decay, final):
    if kind == "constant":
        return get_constant_schedule_with_warmup(optimizer, warmup)
    if kind == "linear":
        return get_linear_schedule_with_warmup(optimizer, warmup, total)
    if kind == "cosine" and final == 0:
        return get_cosine_schedule_with_warmup(optimizer, warmup, total)
    if kind == "cosine":
        return get_cosine_with_min_lr_schedule_with_warmup(optimizer, warmup, total, min_lr_rate=final)
    return get_wsd_schedule(
        optimizer, warmup, decay, num_training_steps=total, warmup_type="linear", decay_type="linear",
        min_lr_ratio=final)


print(f"# Written by Scripts/learning_rates.py with transformers {transformers.__version__}; do not edit.")
for case in CASES:
    optimizer = torch.optim.SGD([torch.nn.Parameter(torch.zeros(1))], lr=1.0)
    scheduler = schedule(optimizer, *case)
    rates = []
    for _ in range(case[2] + 2):
        rates.append(scheduler.get_last_lr()[0])
        optimizer.step()
        scheduler.step()
    print(*case, *(repr(rate) for rate in rates))
