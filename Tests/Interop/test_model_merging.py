#!/usr/bin/env python3
"""Merges models of transformers by every method and compares with the formulas in numpy.

  test_model_merging.py TOOLS

TOOLS is the directory of the built commands. The formulas are those of docs/model-merging.md, written
here anew in binary64; every number of every tensor must agree within 1e-6 of the largest. Merging a
model with itself gives its very files; threads and a second run change no byte. transformers loads
what comes out.
"""
import filecmp
import hashlib
import json
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np
import torch
from safetensors import safe_open
from transformers import AutoModelForCausalLM, LlamaConfig, LlamaForCausalLM
from transformers.utils import logging

TOLERANCE = 1e-6
LAYERS = 4


# The formulas, of float64 arrays: `xs` are the models, `b` is the base.

def linear(xs, b, p):
    total = sum(p["weight"])
    result = sum(w * x for w, x in zip(p["weight"], xs))
    return result / total if p.get("normalize", True) else result


def slerp(xs, b, p):
    a, c, t = b, xs[0], p["t"]
    lengths = np.linalg.norm(a) * np.linalg.norm(c)
    cosine = np.sum(a * c) / lengths if lengths > 0 else 1.0
    if abs(cosine) > 0.9995:
        return a + t * (c - a)
    angle = np.arccos(cosine)
    return (np.sin((1 - t) * angle) * a + np.sin(t * angle) * c) / np.sin(angle)


def ranked(d):
    """Indices from the greatest magnitude, as a binary32, to the least; of equals the first first."""
    return np.argsort(-np.abs(d.astype(np.float32)).reshape(-1), kind="stable")


def largest(d, number, p, name):
    kept = max(1, int(p["density"][number] * d.size))
    mask = np.zeros(d.size)
    mask[ranked(d)[:kept]] = 1
    return mask.reshape(d.shape)


def middle(d, number, p, name):
    kept = max(1, int(p["density"][number] * d.size))
    dropped = min(int(p["gamma"][number] * d.size), d.size - kept)
    mask = np.zeros(d.size)
    mask[ranked(d)[dropped:dropped + kept]] = 1
    return mask.reshape(d.shape)


def philox(index, key):
    """Philox4x32-10 of docs/arithmetic.md, section 6, on arrays of block indices; stream 3."""
    m = np.uint64(0xFFFFFFFF)
    c = [index & m, index >> np.uint64(32), np.full_like(index, 3), np.zeros_like(index)]
    k = [np.uint64(key & 0xFFFFFFFF), np.uint64(key >> 32)]
    for _ in range(10):
        first, second = np.uint64(0xD2511F53) * c[0], np.uint64(0xCD9E8D57) * c[2]
        c = [(second >> np.uint64(32)) ^ c[1] ^ k[0], second & m,
             (first >> np.uint64(32)) ^ c[3] ^ k[1], first & m]
        k = [(k[0] + np.uint64(0x9E3779B9)) & m, (k[1] + np.uint64(0xBB67AE85)) & m]
    return c


def random(d, number, p, name):
    text = f"nous-tools model mask v1\n{p['seed']}\n{number}\n{name}\n"
    key = int.from_bytes(hashlib.sha256(text.encode()).digest()[:8], "little")
    blocks = philox(np.arange((d.size + 3) // 4, dtype=np.uint64), key)
    words = np.stack(blocks, axis=1).reshape(-1)[:d.size]
    uniform = (words >> np.uint64(8)).astype(np.float64) * 2.0**-24
    return (uniform < p["density"][number]).astype(np.float64).reshape(d.shape)


def tasks(xs, b, p, name, keep, elects, normalize, rescale):
    normalize = p.get("normalize", normalize)
    rescale = p.get("rescale", rescale)
    terms = []
    for number, (x, w) in enumerate(zip(xs, p["weight"])):
        d = x - b
        if keep and p["density"][number] < 1:
            kept = keep(d, number, p, name) * d
            if rescale == "density":
                kept = kept / p["density"][number]
            elif rescale == "l1" and np.sum(np.abs(kept)) > 0:
                kept = kept * (np.sum(np.abs(d)) / np.sum(np.abs(kept)))
            d = kept
        terms.append(w * d)
    terms = np.stack(terms)
    weights = np.array(p["weight"]).reshape((-1,) + (1,) * b.ndim)
    if elects:
        sign = np.where(terms.sum(axis=0) >= 0, 1.0, -1.0)
        agrees = np.sign(terms) == sign
        total = np.where(agrees, terms, 0).sum(axis=0)
        divisor = (agrees * weights).sum(axis=0)
        divisor = np.where(divisor == 0, 1, divisor)
    else:
        total = terms.sum(axis=0)
        divisor = weights.sum() if abs(weights.sum()) >= 1e-8 else 1.0
    if normalize:
        total = total / divisor
    return b + p.get("lambda", 1.0) * total


def stock(xs, b, p):
    ds = [x - b for x in xs]
    n = len(ds)
    cosines = []
    for i in range(n):
        for j in range(i):
            lengths = np.linalg.norm(ds[i]) * np.linalg.norm(ds[j])
            cosines.append(np.sum(ds[i] * ds[j]) / lengths if lengths > 0 else 0.0)
    cosine = np.mean(cosines)
    denominator = 1 + (n - 1) * cosine
    t = n * cosine / denominator if denominator >= 1e-6 else 0.0
    return t * (b + sum(ds) / n) + (1 - t) * b


TASKS = {
    "task_arithmetic": (None, False, False, None), "ties": (largest, True, True, None),
    "dare_linear": (random, False, False, "density"), "dare_ties": (random, True, False, "density"),
    "breadcrumbs": (middle, False, False, None), "breadcrumbs_ties": (middle, True, False, None),
}


def formula(method, xs, b, p, name):
    if method in TASKS:
        return tasks(xs, b, p, name, *TASKS[method])
    return {"linear": linear, "slerp": slerp, "model_stock": stock}[method](xs, b, p)


# Settings of recipes, by tensor.

def evaluated(setting, name, position):
    if isinstance(setting, (int, float)):
        return setting
    if all(isinstance(entry, (int, float)) for entry in setting):
        place = position * (len(setting) - 1)
        lower = int(place)
        upper = min(lower + 1, len(setting) - 1)
        return (1 - (place - lower)) * setting[lower] + (place - lower) * setting[upper]
    for entry in setting:
        if entry.get("filter", "*") == "*" or entry["filter"] in name:
            found = evaluated(entry["value"], name, position)
            if found is not None:
                return found
    return None


def position_of(name, layers=LAYERS):
    parts = name.split(".")
    if parts[1] == "layers":
        return int(parts[2]) / (layers - 1)
    return 0


USUAL = {"weight": 1, "density": 1, "gamma": 0.01, "lambda": 1}


def parameters(recipe, models, name, seed):
    position = position_of(name)
    values = {"seed": seed}
    shared = recipe.get("parameters", {})
    for key in ("normalize", "rescale"):
        if key in shared:
            values[key] = shared[key]
    if values.get("rescale") is True:
        values["rescale"] = "density" if recipe["merge_method"].startswith("dare") else "l1"
    for key in ("weight", "density", "gamma"):
        values[key] = []
        for model in models:
            found = None
            for scope in (model.get("parameters", {}), shared):
                if found is None and key in scope:
                    found = evaluated(scope[key], name, position)
            values[key].append(USUAL[key] if found is None else found)
    for key in ("t", "lambda"):
        if key in shared:
            values[key] = evaluated(shared[key], name, position)
    return values


# Models and files.

def tensors(directory):
    found = {}
    for path in sorted(Path(directory).glob("*.safetensors")):
        with safe_open(path, framework="pt") as file:
            for name in file.keys():
                found[name] = file.get_tensor(name).to(torch.float64).numpy()
    return found


def make_model(directory, seed, vocabulary=96, tied=False, dtype=torch.float32, shard="5GB",
               layers=LAYERS):
    torch.manual_seed(seed)
    config = LlamaConfig(
        vocab_size=vocabulary, hidden_size=32, intermediate_size=48, num_hidden_layers=layers,
        num_attention_heads=4, num_key_value_heads=2, max_position_embeddings=64,
        tie_word_embeddings=tied)
    model = LlamaForCausalLM(config).to(dtype)
    with torch.no_grad():
        for parameter in model.parameters():
            parameter.copy_(torch.randn_like(parameter, dtype=torch.float32) * 0.5)
    model.save_pretrained(directory, max_shard_size=shard)


def merge(tools, recipe, output, *options, status=0):
    path = Path(output).with_suffix(".yaml")
    path.write_text(json.dumps(recipe))
    done = subprocess.run(
        [f"{tools}/nous-merge", "models", path, "-o", output, "-q", *options],
        capture_output=True, text=True)
    assert done.returncode == status, (recipe, done.returncode, done.stderr)
    return done.stderr


THREE = [{"model": "A", "parameters": {"weight": 0.5, "density": 0.6}},
         {"model": "B", "parameters": {"weight": [0.2, 0.9], "density": 0.3, "gamma": 0.1}},
         {"model": "C", "parameters": {"weight": [{"filter": "mlp", "value": 0.1},
                                                  {"value": 0.7}], "density": 0.45}}]


def with_only(names):
    """The three models with the parameters `names` alone."""
    models = []
    for model in THREE:
        kept = {key: value for key, value in model["parameters"].items() if key in names}
        models.append({"model": model["model"], "parameters": kept})
    return models


W, WD, WDG = {"weight"}, {"weight", "density"}, {"weight", "density", "gamma"}
FILTERED = [{"filter": "self_attn", "value": [0, 0.5, 0.3, 0.7, 1]},
            {"filter": "mlp", "value": [1, 0.5, 0.7, 0.3, 0]}, {"value": 0.5}]
RECIPES = {
    "linear": {"merge_method": "linear", "models": with_only(W)},
    "linear-sum": {"merge_method": "linear", "models": with_only(W),
                   "parameters": {"normalize": False}},
    "slerp": {"merge_method": "slerp", "base_model": "A", "models": [{"model": "A"}, {"model": "B"}],
              "parameters": {"t": FILTERED}},
    "slerp-near": {"merge_method": "slerp", "base_model": "A", "models": [{"model": "near"}],
                   "parameters": {"t": 0.3}},
    "task_arithmetic": {"merge_method": "task_arithmetic", "models": with_only(W)},
    "task_arithmetic-normalized": {"merge_method": "task_arithmetic", "models": with_only(W),
                                   "parameters": {"normalize": True, "lambda": 0.7}},
    "ties": {"merge_method": "ties", "models": with_only(WD)},
    "ties-sum": {"merge_method": "ties", "models": with_only(WD),
                 "parameters": {"normalize": False, "rescale": True, "lambda": 1.1}},
    "dare_linear": {"merge_method": "dare_linear", "models": with_only(WD)},
    "dare_linear-l1": {"merge_method": "dare_linear", "models": with_only(WD),
                       "parameters": {"rescale": "l1"}},
    "dare_linear-plain": {"merge_method": "dare_linear", "models": with_only(WD),
                          "parameters": {"rescale": False, "normalize": True}},
    "dare_ties": {"merge_method": "dare_ties", "models": with_only(WD)},
    "breadcrumbs": {"merge_method": "breadcrumbs", "models": with_only(WDG)},
    "breadcrumbs_ties": {"merge_method": "breadcrumbs_ties", "models": with_only(WDG)},
    "model_stock": {"merge_method": "model_stock", "models": [{"model": m} for m in "ABC"]},
}


def located(recipe, where):
    """The recipe with the models' directories for their letters."""
    recipe = json.loads(json.dumps(recipe))
    for model in recipe["models"]:
        model["model"] = str(where / model["model"])
    if recipe["merge_method"] != "linear":
        recipe.setdefault("base_model", "base")
        recipe["base_model"] = str(where / recipe["base_model"])
    return recipe


def check_formulas(tools, where):
    loaded = {name: tensors(where / name) for name in ("base", "A", "B", "C", "near")}
    for label, recipe in RECIPES.items():
        seed = 7 if label.startswith("dare") else 0
        located_recipe = located(recipe, where)
        output = where / f"out-{label}"
        merge(tools, located_recipe, output, "--random-seed", str(seed), "--threads", "2")
        again = where / f"again-{label}"
        merge(tools, located_recipe, again, "--random-seed", str(seed), "--threads", "1")
        assert filecmp.cmp(output / "model.safetensors", again / "model.safetensors", False), label
        merge(tools, located_recipe, again, "--random-seed", str(seed))
        base_name = recipe.get("base_model", "base")
        entries = [m for m in recipe["models"]
                   if recipe["merge_method"] == "linear" or m["model"] != base_name]
        found = tensors(output)
        assert set(found) == set(loaded["A"]), label
        worst = 0.0
        for name, result in found.items():
            xs = [loaded[m["model"]][name] for m in entries]
            values = parameters(recipe, entries, name, seed)
            expected = formula(recipe["merge_method"], xs, loaded[base_name][name], values, name)
            scale = max(1.0, float(np.abs(expected).max()))
            worst = max(worst, float(np.abs(result - expected).max()) / scale)
        assert worst <= TOLERANCE, (label, worst)
        print(f"{label}: largest difference {worst:.1e}")


def check_identity(tools, where):
    for kind, options in {"plain": {}, "tied": {"tied": True},
                          "bfloat16": {"dtype": torch.bfloat16, "shard": "30kB"},
                          "float16": {"dtype": torch.float16, "tied": True, "shard": "20kB"}}.items():
        source = where / f"self-{kind}"
        make_model(source, 40, **options)
        same = [{"model": str(source)}, {"model": f"{source}/"}, {"model": f"{source}/."}]
        for method in ["linear", "slerp", "model_stock", "passthrough", *TASKS]:
            models = {"slerp": same[1:2], "passthrough": same[:1]}.get(method, same)
            recipe = {"merge_method": method, "models": models}
            if method not in ("linear", "passthrough"):
                recipe["base_model"] = str(source)
            shared = {"slerp": {"t": 0.3}, "linear": {"weight": 0.37}}.get(method, {})
            if method in TASKS:
                shared = {"weight": 0.37, "lambda": 1.3}
                if method != "task_arithmetic":
                    shared["density"] = 0.5
            recipe["parameters"] = shared
            output = where / f"identity-{kind}-{method}"
            merge(tools, recipe, output)
            for path in sorted(source.iterdir()):
                subprocess.run(["cmp", path, output / path.name], check=True)
        print(f"self-merge of a {kind} model: its very files, by every method")


def check_slices(tools, where):
    """Layers of two models, one scaled, as transformers loads them."""
    recipe = {"merge_method": "passthrough", "dtype": "float32", "slices": [
        {"sources": [{"model": str(where / "A"), "layer_range": [0, 3]}]},
        {"sources": [{"model": str(where / "B"), "layer_range": [1, 4], "parameters": {
            "scale": [{"filter": "o_proj", "value": 0.5}, {"value": 1.0}]}}]}]}
    output = where / "franken"
    merge(tools, recipe, output)
    model = AutoModelForCausalLM.from_pretrained(output)
    assert model.config.num_hidden_layers == 6
    a, b, found = tensors(where / "A"), tensors(where / "B"), tensors(output)
    for layer in range(6):
        source, number = (a, layer) if layer < 3 else (b, layer - 2)
        for suffix in ("self_attn.o_proj.weight", "mlp.up_proj.weight", "input_layernorm.weight"):
            factor = 0.5 if layer >= 3 and "o_proj" in suffix else 1
            expected = factor * source[f"model.layers.{number}.{suffix}"]
            assert np.array_equal(found[f"model.layers.{layer}.{suffix}"], expected), (layer, suffix)
    assert np.array_equal(found["model.embed_tokens.weight"], a["model.embed_tokens.weight"])
    assert np.array_equal(found["lm_head.weight"], b["lm_head.weight"])
    print("passthrough: six layers of two models, loaded by transformers")


def check_heads_and_types(tools, where):
    """A tied and an untied model; types; a checkpoint's bundle as input and output."""
    make_model(where / "tied", 50, tied=True)
    recipe = {"merge_method": "linear", "dtype": "float32", "out_dtype": "bfloat16",
              "models": [{"model": str(where / "tied")}, {"model": str(where / "A")}]}
    output = where / "heads"
    merge(tools, recipe, output, "--shard-size", "30kB")
    assert len(list(output.glob("*.safetensors"))) > 1
    model = AutoModelForCausalLM.from_pretrained(output, dtype="auto")
    assert not model.config.tie_word_embeddings and model.dtype == torch.bfloat16
    tied, a = tensors(where / "tied"), tensors(where / "A")
    exact = torch.tensor((tied["model.embed_tokens.weight"] + a["lm_head.weight"]) / 2)
    expected = exact.to(torch.float32).to(torch.bfloat16)
    assert torch.equal(model.lm_head.weight.data, expected)
    print("a tied and an untied model: the head is the mean of embedding and head, in bfloat16")


def check_refusals(tools, where):
    make_model(where / "wide", 60, vocabulary=97)
    make_model(where / "deep", 61, layers=5)
    for other, words in {"wide": "vocab_size", "deep": "expected 4 layers"}.items():
        recipe = {"merge_method": "linear",
                  "models": [{"model": str(where / "A")}, {"model": str(where / other)}]}
        errors = merge(tools, recipe, where / "refused", status=65)
        assert words in errors and str(where / other) in errors, errors
        assert not (where / "refused").exists()
    print("refused: another vocabulary, another depth")


def main():
    logging.set_verbosity_error()
    logging.disable_progress_bar()
    tools = sys.argv[1]
    with tempfile.TemporaryDirectory() as directory:
        where = Path(directory)
        for number, name in enumerate(("base", "A", "B", "C")):
            make_model(where / name, 20 + number)
        make_model(where / "near", 21)
        model = AutoModelForCausalLM.from_pretrained(where / "near", dtype=torch.float32)
        with torch.no_grad():
            for parameter in model.parameters():
                parameter.add_(torch.randn_like(parameter) * 1e-3)
        model.save_pretrained(where / "near")
        check_formulas(tools, where)
        check_identity(tools, where)
        check_slices(tools, where)
        check_heads_and_types(tools, where)
        check_refusals(tools, where)


if __name__ == "__main__":
    main()
