#!/usr/bin/env python3
"""Compares methods with their published mathematics, written here from the formulas alone.

  test_demo.py path/to/interop-methods

DeMo (github.com/bloc97/DeMo) and DisTrO (as in Psyche) train a random model for 20 steps with three
workers: weights must agree within 1e-5 after every step. Plain SGD must agree in every bit. Muon's
Newton-Schulz iteration must agree with torch's within 1e-5.
"""
import json
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np
import torch

STEPS = 20
TOLERANCE = 1e-5


def cosine_matrix(n):
    """The orthonormal DCT-II."""
    k, i = np.mgrid[0:n, 0:n]
    matrix = np.cos(np.pi * (2 * i + 1) * k / (2 * n)) * np.sqrt(2 / n)
    matrix[0] /= np.sqrt(2)
    return matrix


def side(n):
    """The largest divisor of at most 64."""
    return max(d for d in range(1, min(n, 64) + 1) if n % d == 0)


def blocks(tensor):
    """[blocks, height, width] of a matrix, or of a vector as one row."""
    rows, columns = tensor.shape
    h, w = side(rows), side(columns)
    return tensor.reshape(rows // h, h, columns // w, w).transpose(0, 2, 1, 3).reshape(-1, h, w)


def unblocks(parts, shape):
    rows, columns = shape
    h, w = parts.shape[1:]
    return parts.reshape(rows // h, columns // w, h, w).transpose(0, 2, 1, 3).reshape(shape)


def transform(tensor):
    parts = blocks(tensor)
    h, w = (cosine_matrix(n) for n in parts.shape[1:])
    return h @ parts @ w.T


def inverse(parts, shape):
    h, w = (cosine_matrix(n) for n in parts.shape[1:])
    return unblocks(h.T @ parts @ w, shape)


def largest(parts, keep):
    """The coefficients that are sent, zero elsewhere, and where they are.

    A chunk is as many whole blocks as fit 4,096 elements; `keep` is in proportion to its length.
    """
    flat = parts.ravel()
    size = parts[0].size
    chunk = 4096 // size * size
    sent, mask = np.zeros_like(flat), np.zeros(flat.size, bool)
    full = max(1, keep * chunk // 4096)
    for start in range(0, flat.size, chunk):
        piece = flat[start:start + chunk]
        count = full if piece.size == chunk else max(1, full * piece.size // chunk)
        order = np.argsort(-np.abs(piece), kind="stable")[:count] + start
        sent[order], mask[order] = flat[order], True
    return sent.reshape(parts.shape), mask.reshape(parts.shape)


def read(path):
    return np.fromfile(path, "<f4").astype(float)


def demo(directory, plan, beta, keep, decay=0.0, signs=False):
    """The greatest difference of the weights after any step."""
    shapes = [(s if len(s) == 2 else [1] + s) for s in plan["tensors"]]
    weights = read(directory / "weights-0")
    workers, worst = plan["workers"], 0.0
    buffers = [np.zeros_like(weights) for _ in range(workers)]
    for step, rate in enumerate(plan["rates"], 1):
        for worker, buffer in enumerate(buffers):
            gradient = read(directory / f"gradient-{step}-{worker}")
            gradient *= min(1, 1 / (np.linalg.norm(gradient) + 1e-6))
            buffer *= beta
            buffer += rate * gradient
        start = 0
        for shape, decays in zip(shapes, plan["decays"]):
            part = slice(start, start + shape[0] * shape[1])
            total, senders = 0, 0
            for buffer in buffers:
                m = buffer[part].reshape(shape)
                sent, mask = largest(transform(m), keep)
                m -= inverse(sent, shape)
                total = total + (np.sign(sent) if signs else sent)
                senders = senders + mask
            direction = inverse(total / np.maximum(senders, 1), shape).ravel()
            if decays:
                weights[part] *= 1 - rate * decay
            weights[part] -= rate * np.sign(direction)
            start = part.stop
        ours = read(directory / f"weights-{step}")
        worst = max(worst, np.abs(ours - weights).max())
    assert start == weights.size
    return worst


def plain(directory, plan):
    """The number of weights that differ in any bit from SGD in single precision."""
    weights, different = np.fromfile(directory / "weights-0", "<f4"), 0
    for step, rate in enumerate(plan["rates"], 1):
        gradient = np.fromfile(directory / f"gradient-{step}-0", "<f4")
        weights = weights - np.float32(rate) * gradient
        ours = np.fromfile(directory / f"weights-{step}", "<f4")
        different += int((weights != ours).sum())
    return different


def newton_schulz(matrix):
    x = torch.from_numpy(matrix)
    tall = x.shape[0] > x.shape[1]
    x = x.T if tall else x
    x = x / (x.norm() + 1e-7)
    for _ in range(5):
        gram = x @ x.T
        x = 3.4445 * x + (-4.7750 * gram + 2.0315 * gram @ gram) @ x
    return (x.T if tall else x).numpy()


def orthogonalised(tool, rows, columns, seed):
    matrix = np.random.default_rng(seed).standard_normal((rows, columns)).astype("<f4")
    with tempfile.TemporaryDirectory() as name:
        matrix.tofile(f"{name}/in")
        subprocess.run([tool, "orthogonalise", str(rows), str(columns), f"{name}/in",
                        f"{name}/out"], check=True)
        ours = np.fromfile(f"{name}/out", "<f4").reshape(rows, columns)
    return np.abs(ours - newton_schulz(matrix)).max()


def main(tool):
    failures = 0

    def report(name, value, limit, unit):
        nonlocal failures
        failures += value > limit
        print(f"{'ok' if value <= limit else 'FAILED':6} {name:28} {value:.2e} {unit}")

    def played(method, compare, *arguments, **options):
        with tempfile.TemporaryDirectory() as name:
            subprocess.run([tool, method, str(STEPS), name], check=True)
            plan = json.loads(Path(name, "plan.json").read_text())
            return compare(Path(name), plan, *arguments, **options)

    report("DeMo, 3 workers, 20 steps", played("demo", demo, 0.999, 32), TOLERANCE,
           "greatest difference")
    report("DisTrO, 3 workers, 20 steps",
           played("distro", demo, 0.995, 4, decay=0.1, signs=True), TOLERANCE,
           "greatest difference")
    report("plain SGD, 20 steps", played("sgd", plain), 0, "weights that differ")
    for seed, (rows, columns) in enumerate([(64, 64), (128, 64), (64, 176), (1, 9)]):
        report(f"Newton-Schulz, {rows} x {columns}",
               orthogonalised(tool, rows, columns, seed), TOLERANCE, "greatest difference")
    return failures


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    torch.set_num_threads(1)
    sys.exit(1 if main(sys.argv[1]) else 0)
