#!/usr/bin/env python3
"""Takes models of transformers in and out of our files, and runs our GGUF files in other programs.

  test_models.py TOOLS

TOOLS is the directory of the built commands. For every model, saved by transformers in its type and
shards: init --from and export --to give the very files back, and transformers computes the same
logits from them. For every type of a GGUF file: ggml's package reads the keys and the tensors, whose
bytes are those of its own quantiser; transformers and llama.cpp compute the source's logits.
"""
import json
import subprocess
import sys
import tempfile
from pathlib import Path

import gguf
import numpy as np
import torch
from tokenizers import Regex, Tokenizer, decoders, models, pre_tokenizers, processors, trainers
from transformers import (AutoModelForCausalLM, LlamaConfig, LlamaForCausalLM, MistralConfig,
                          MistralForCausalLM, Qwen2Config, Qwen2ForCausalLM)
from transformers.utils import logging

from llama_cpp_library import LlamaModel

TYPES = {"float32": torch.float32, "bfloat16": torch.bfloat16, "float16": torch.float16}
GGUF_TYPES = {"float32": "F32", "bfloat16": "BF16", "float16": "F16", "q8_0": "Q8_0"}
# llama.cpp keeps keys and values in binary16, and rounds what a matrix is multiplied by to its type.
TOLERANCES = {"transformers": 1e-5, "float32": 2e-3, "float16": 5e-3, "bfloat16": 3e-2,
              "q8_0": 5e-2}
VOCABULARY = 384
CONTEXT = 128
TEXT = "In the beginning, 1234567 times: it's   WE'LL\n\n go on -- naïve 漢字 and 3.14…\tAmen.\n"

LLAMA3 = (r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}"
          r"| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+")



def scaled(kind, **fields):
    """A rotation made for texts longer than those learned from."""
    return {"rope_parameters": {"rope_theta": 10000.0, "rope_type": kind, **fields}}


# name, class, type, tied, shard size, pre-tokenizer, key-value heads, other fields
CASES = [
    ("llama", LlamaForCausalLM, "float32", True, "5GB", "gpt2", 4, {}),
    ("llama-grouped", LlamaForCausalLM, "bfloat16", False, "100kB", "llama3", 2,
     {"rope_theta": 500000.0}),
    ("llama-wide-heads", LlamaForCausalLM, "float16", False, "60kB", "smollm", 1,
     {"head_dim": 32, "intermediate_size": 80}),
    ("mistral", MistralForCausalLM, "bfloat16", False, "100kB", "gpt2", 2,
     {"sliding_window": None}),
    ("qwen2", Qwen2ForCausalLM, "bfloat16", False, "5GB", "qwen2", 2, {"rope_theta": 1000000.0}),
    ("qwen2-tied", Qwen2ForCausalLM, "float32", True, "100kB", "qwen2", 4, {}),
    ("llama-llama3", LlamaForCausalLM, "float32", True, "5GB", "llama3", 2,
     scaled("llama3", factor=8.0, low_freq_factor=1.0, high_freq_factor=4.0,
            original_max_position_embeddings=CONTEXT // 8)),
    ("llama-linear", LlamaForCausalLM, "float32", True, "5GB", "gpt2", 2,
     scaled("linear", factor=2.5)),
    ("llama-yarn", LlamaForCausalLM, "float32", True, "5GB", "gpt2", 2,
     scaled("yarn", factor=4.0, original_max_position_embeddings=CONTEXT // 4)),
    ("qwen2-yarn", Qwen2ForCausalLM, "float32", False, "5GB", "qwen2", 2,
     scaled("yarn", factor=8.0, original_max_position_embeddings=CONTEXT // 8, beta_fast=16.0,
            beta_slow=2.0, attention_factor=0.75)),
]


def tokenizer(kind):
    """A small byte-level tokenizer that cuts text in one of the known ways."""
    tokenizer = Tokenizer(models.BPE(ignore_merges=kind == "llama3"))
    split = {"llama3": LLAMA3, "qwen2": LLAMA3.replace("{1,3}", "")}
    if kind in split:
        tokenizer.pre_tokenizer = pre_tokenizers.Sequence([
            pre_tokenizers.Split(Regex(split[kind]), "isolated"),
            pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False)])
    elif kind == "smollm":
        tokenizer.pre_tokenizer = pre_tokenizers.Sequence([
            pre_tokenizers.Digits(individual_digits=True),
            pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=True)])
    else:
        tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=True)
    tokenizer.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=VOCABULARY - 7, special_tokens=["<|begin|>", "<|end|>"], show_progress=False,
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet())
    tokenizer.train_from_iterator([TEXT * 3, __doc__, Path(__file__).read_text()], trainer)
    if kind == "llama3":
        tokenizer.post_processor = processors.TemplateProcessing(
            single="<|begin|> $A", special_tokens=[("<|begin|>", 0)])
    return tokenizer


def source(case, directory):
    """The model of a case, saved by transformers, and its tokenizer."""
    name, kind, dtype, tied, shards, cutting, groups, fields = case
    torch.manual_seed(sum(name.encode()))
    fields = {"intermediate_size": 96, **fields}
    config = kind.config_class(
        vocab_size=VOCABULARY, hidden_size=64, num_hidden_layers=2, num_attention_heads=4,
        num_key_value_heads=groups, max_position_embeddings=CONTEXT, rms_norm_eps=1e-5,
        tie_word_embeddings=tied, bos_token_id=0, eos_token_id=1, **fields)
    model = kind(config)
    with torch.no_grad():
        for parameter in model.parameters():
            noise = torch.randn_like(parameter)
            parameter.copy_(1 + 0.2 * noise if parameter.dim() == 1 else 0.15 * noise)
    model = model.to(TYPES[dtype])
    model.save_pretrained(directory, max_shard_size=shards)
    words = tokenizer(cutting)
    words.save(str(directory / "tokenizer.json"))
    return model, words


def round_trip(case, model, tools, work):
    """Checks that our export of our import is what transformers saved."""
    _, _, dtype, _, shards, _, _, _ = case
    run([tools / "nous-train", "init", "-q", "--from", work / "source", "-o", work / "bundle"])
    run([tools / "nous-train", "export", work / "bundle", "--to", work / "export",
         "--dtype", dtype, "--shard-size", shards])
    saved = sorted(p.name for p in (work / "source").glob("model*"))
    assert saved == sorted(p.name for p in (work / "export").glob("model*")), saved
    for file in saved:
        ours, theirs = (work / "export" / file), (work / "source" / file)
        assert ours.read_bytes() == theirs.read_bytes(), f"{file} differs"
    assert len(saved) == 1 or len(saved) >= 3, saved
    copy = AutoModelForCausalLM.from_pretrained(work / "export", dtype=TYPES[dtype])
    assert type(copy) is type(model)
    for name, tensor in model.state_dict().items():
        assert torch.equal(copy.state_dict()[name], tensor), name
    tokens = torch.randint(0, VOCABULARY, (2, CONTEXT))
    saved_model = AutoModelForCausalLM.from_pretrained(work / "source", dtype=TYPES[dtype])
    with torch.no_grad():
        assert torch.equal(copy(tokens).logits, saved_model(tokens).logits), "other logits"
    tokens[0].numpy().astype("<u4").tofile(work / "tokens")
    run([tools / "interop-logits", work / "bundle", work / "tokens", work / "logits"])
    ours = np.fromfile(work / "logits", "<f4").reshape(CONTEXT, VOCABULARY)
    with torch.no_grad():
        expected = type(model)(model.config).eval()
        expected.load_state_dict(model.state_dict())
        assert relative(ours, expected(tokens[:1]).logits[0].numpy()) < 1e-4, "our logits"
    generation = json.loads((work / "source" / "generation_config.json").read_text())
    assert json.loads((work / "export" / "generation_config.json").read_text()) == generation
    return f"{len(saved)} files"


def interleave(tensor, heads):
    """The rows of a projection in the order in which llama.cpp rotates them."""
    return tensor.reshape(heads, 2, -1, *tensor.shape[1:]).swapaxes(1, 2).reshape(tensor.shape)


def expected_tensors(model):
    """The tensors under llama.cpp's names, in binary32."""
    config = model.config
    names = gguf.get_tensor_name_map(gguf.MODEL_ARCH.LLAMA, config.num_hidden_layers)
    tensors = {}
    for name, tensor in model.state_dict().items():
        if name == "lm_head.weight" and config.tie_word_embeddings:
            continue
        array = tensor.float().numpy()
        if config.model_type != "qwen2":
            if "q_proj" in name:
                array = interleave(array, config.num_attention_heads)
            if "k_proj" in name:
                array = interleave(array, config.num_key_value_heads)
        tensors[names.get_name(name, try_suffixes=(".weight", ".bias"))] = array
    return tensors


def check_tensors(reader, model, kind):
    """Compares types and bytes of all tensors with those of ggml's own quantiser."""
    expected = expected_tensors(model)
    found = {tensor.name: tensor for tensor in reader.tensors}
    extra = {"rope_freqs.weight"} if "rope_freqs.weight" in found else set()
    assert set(found) - extra == set(expected), set(found) ^ set(expected)
    check_rotation(found.get("rope_freqs.weight"), model)
    for name, array in expected.items():
        tensor = found[name]
        wanted = GGUF_TYPES[kind] if array.ndim > 1 else "F32"
        if wanted == "Q8_0" and array.shape[-1] % 32:
            wanted = "F16"
        assert tensor.tensor_type.name == wanted, (name, tensor.tensor_type.name)
        assert list(tensor.shape) == list(reversed(array.shape)), name
        data = gguf.quants.quantize(array, tensor.tensor_type)
        assert tensor.data.tobytes() == data.tobytes(), f"{name} differs in {kind}"


def check_rotation(factors, model):
    """Compares what frequencies are divided by under llama3 scaling with transformers'."""
    rope = model.config.rope_parameters
    assert (factors is None) == (rope["rope_type"] != "llama3")
    if factors is not None:
        pairs = np.arange(factors.data.size)
        plain = rope["rope_theta"] ** (-pairs / factors.data.size)
        scaled = model.model.rotary_emb.inv_freq.numpy()
        assert np.allclose(factors.data, plain / scaled, rtol=1e-5), factors.data


def check_keys(reader, model, words, cutting):
    """Compares the keys with the configuration and the tokenizer."""
    config = model.config
    keys = {name: field.contents() for name, field in reader.fields.items()}
    prefix = "qwen2" if config.model_type == "qwen2" else "llama"
    head = getattr(config, "head_dim", None) or config.hidden_size // config.num_attention_heads
    expected = {
        "general.architecture": prefix,
        f"{prefix}.vocab_size": VOCABULARY,
        f"{prefix}.context_length": CONTEXT,
        f"{prefix}.embedding_length": config.hidden_size,
        f"{prefix}.block_count": config.num_hidden_layers,
        f"{prefix}.feed_forward_length": config.intermediate_size,
        f"{prefix}.attention.head_count": config.num_attention_heads,
        f"{prefix}.attention.head_count_kv": config.num_key_value_heads,
        f"{prefix}.attention.key_length": head,
        f"{prefix}.attention.value_length": head,
        f"{prefix}.rope.dimension_count": head,
        f"{prefix}.rope.freq_base": config.rope_parameters["rope_theta"],
        "tokenizer.ggml.model": "gpt2",
        "tokenizer.ggml.pre": {"gpt2": "gpt-2", "llama3": "llama-bpe"}.get(cutting, cutting),
        "tokenizer.ggml.bos_token_id": 0,
        "tokenizer.ggml.eos_token_id": 1,
        "tokenizer.ggml.add_bos_token": cutting == "llama3",
        "tokenizer.ggml.add_eos_token": False,
    }
    rope, scaling = config.rope_parameters, f"{prefix}.rope.scaling"
    if rope["rope_type"] in ("linear", "yarn"):
        expected |= {f"{scaling}.type": rope["rope_type"], f"{scaling}.factor": rope["factor"]}
    if rope["rope_type"] == "yarn":
        expected[f"{scaling}.original_context_length"] = rope["original_max_position_embeddings"]
        expected[f"{scaling}.yarn_beta_fast"] = rope.get("beta_fast", 32.0)
        expected[f"{scaling}.yarn_beta_slow"] = rope.get("beta_slow", 1.0)
        usual = 0.1 * np.log(rope["factor"]) + 1
        expected[f"{scaling}.attn_factor"] = float(
            np.float32(rope.get("attention_factor", usual) / usual))
    assert {name for name in keys if "rope.scaling" in name} <= set(expected)
    for name, value in expected.items():
        assert keys[name] == value, (name, keys[name], value)
    assert abs(keys[f"{prefix}.attention.layer_norm_rms_epsilon"] - config.rms_norm_eps) < 1e-12
    tokens = keys["tokenizer.ggml.tokens"]
    size = words.get_vocab_size()
    assert tokens[:size] == [words.id_to_token(i) for i in range(size)]
    assert tokens[size:] == [f"[PAD{i}]" for i in range(size, VOCABULARY)]
    kinds = keys["tokenizer.ggml.token_type"]
    assert kinds == [3, 3] + [1] * (size - 2) + [5] * (VOCABULARY - size)
    merges = json.loads(words.to_str())["model"]["merges"]
    assert keys["tokenizer.ggml.merges"] == [" ".join(pair) for pair in merges]


def relative(found, expected):
    """The largest difference, relative to the largest number."""
    return float(np.abs(found - expected).max() / np.abs(expected).max())


def check_gguf(case, model, words, tools, work):
    """Checks GGUF files of every type; returns the worst differences of logits."""
    model = model.float()
    reference = type(model)(model.config).eval()
    ids = words.encode(TEXT).ids
    worst = dict.fromkeys(TOLERANCES, 0.0)
    for kind in GGUF_TYPES:
        path = work / f"{kind}.gguf"
        run([tools / "nous-train", "export", work / "bundle", "--gguf", path, "--dtype", kind])
        reader = gguf.GGUFReader(path)
        check_keys(reader, model, words, case[5])
        check_tensors(reader, model, kind)
        # What the file's numbers stand for, as the model that transformers would have.
        state = model.state_dict()
        for tensor in reader.tensors:
            restore(state, model.config, tensor)
        reference.load_state_dict(state)
        with torch.no_grad():
            expected = reference(torch.tensor([ids])).logits[0].numpy()
        copy = AutoModelForCausalLM.from_pretrained(work, gguf_file=path.name, dtype=torch.float32)
        # Of scaling transformers reads nothing from a GGUF file.
        if model.config.rope_parameters["rope_type"] == "default":
            with torch.no_grad():
                found = copy(torch.tensor([ids])).logits[0].numpy()
            worst["transformers"] = max(worst["transformers"], relative(found, expected))
        library = LlamaModel(path)
        assert library.tokens(TEXT) == ids, (library.tokens(TEXT), ids)
        for length in (1, 7, len(ids)):
            found = library.logits(ids[:length])
            worst[kind] = max(worst[kind], relative(found, expected[length - 1]))
    return worst


def restore(state, config, tensor):
    """Puts a tensor of a GGUF file into the state of a transformers model."""
    names = gguf.get_tensor_name_map(gguf.MODEL_ARCH.LLAMA, config.num_hidden_layers)
    for name in state:
        if names.get_name(name, try_suffixes=(".weight", ".bias")) != tensor.name:
            continue
        array = gguf.quants.dequantize(tensor.data, tensor.tensor_type)
        array = array.reshape(state[name].shape)
        heads = {"attn_q": config.num_attention_heads, "attn_k": config.num_key_value_heads}
        for part, count in heads.items():
            if config.model_type != "qwen2" and part in tensor.name:
                array = array.reshape(count, -1, 2, *array.shape[1:]).swapaxes(1, 2)
        state[name] = torch.tensor(array.copy()).reshape(state[name].shape)
        if name == "model.embed_tokens.weight" and config.tie_word_embeddings:
            state["lm_head.weight"] = state[name]


def run(command):
    subprocess.run([str(word) for word in command], check=True)


def main(tools):
    torch.set_num_threads(2)
    logging.disable_progress_bar()
    logging.set_verbosity_error()
    for case in CASES:
        with tempfile.TemporaryDirectory() as directory:
            work = Path(directory)
            (work / "source").mkdir()
            model, words = source(case, work / "source")
            files = round_trip(case, model, Path(tools), work)
            worst = check_gguf(case, model, words, Path(tools), work)
        told = ", ".join(f"{name} {value:.1e}" for name, value in worst.items())
        print(f"ok: {case[0]:18} {case[2]:9} {files}; GGUF logits differ by: {told}")
        for name, value in worst.items():
            assert value < TOLERANCES[name], worst


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    main(sys.argv[1])
