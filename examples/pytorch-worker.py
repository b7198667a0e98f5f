#!/usr/bin/env python3
"""Trains one round with PyTorch and publishes a contribution of class `tolerant`.

  pytorch-worker.py --run run.yaml --base base.tar.zst --data data --assignments assignments \\
      --key worker.json [--device cuda] --output pytorch.contribution

Written from docs/formats alone, an example of a trainer that is not ours: docs/tolerance.md. It takes models of
family `llama`, rows without documents, and values `sign` or `float16`; it imports what the lines below say.
"""
import argparse, base64, hashlib, io, json, math, struct, tarfile
from pathlib import Path

import numpy as np, torch, torch.nn.functional as F, yaml, zstandard
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from safetensors.numpy import load

LAYER = ("input_layernorm", "self_attn.q_proj", "self_attn.k_proj", "self_attn.v_proj", "self_attn.o_proj",
         "post_attention_layernorm", "mlp.gate_proj", "mlp.up_proj", "mlp.down_proj")
HEADER = "100s8s8s8s12s12s8sc100s8s64s8s8s167x"
GRID = np.array([0.0] + [float(np.float32(2 ** (e % 8 / 8))) * 2.0 ** (e // 8 - 27) for e in range(1, 256)])

def expect(condition, what):
    if not condition:
        raise SystemExit(f"pytorch-worker: error: expected {what}")

def sha256(data):
    return hashlib.sha256(data).digest()

def read_key(path):                                                            # identity.md
    pair = bytes(json.loads(path.read_text()))
    number, name = int.from_bytes(pair[32:], "big"), ""
    while number:
        number, digit = divmod(number, 58)
        name = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"[digit] + name
    return Ed25519PrivateKey.from_private_bytes(pair[:32]), "1" * (32 - len(pair[32:].lstrip(b"\0"))) + name

def read_bundle(path, kind):                                                   # bundle.md
    raw = zstandard.ZstdDecompressor().stream_reader(path.read_bytes(), read_across_frames=True).read()
    with tarfile.open(fileobj=io.BytesIO(raw)) as tar:
        members = {member.name: tar.extractfile(member).read() for member in tar}
    text = members.pop("MANIFEST").split(b"\n\n")[0].removesuffix(b"\n") + b"\n"
    lines = text.decode().splitlines()
    is_sound = {line[66:]: line[:64] for line in lines[2::2]} == {n: sha256(d).hex() for n, d in members.items()}
    expect(lines[0] == f"nous-tools {kind} v1" and is_sound, f"a sound {kind} in {path}")
    return sha256(text).hex(), members

def write_bundle(path, kind, members, key, name):
    text = f"nous-tools {kind} v1\n" + "".join(
        f"# {len(data)} {member}\n{sha256(data).hex()}  {member}\n" for member, data in members)
    key_id = sha256(name.encode() + b"\n\x01" + key.public_key().public_bytes_raw())[:4]
    manifest = f"{text}\n\u2014 {name} {base64.b64encode(key_id + key.sign(text.encode())).decode()}\n"
    tar = b""
    for member, data in [("MANIFEST", manifest.encode()), *members]:
        fields = [member.encode(), b"0000644", b"0000000", b"0000000", b"%011o" % len(data), b"0" * 11, b" " * 8, b"0",
                  b"", b"ustar\x0000", b"", b"0000000", b"0000000"]
        fields[6] = b"%06o\0 " % sum(struct.pack(HEADER, *fields))
        tar += struct.pack(HEADER, *fields) + data + bytes(-len(data) % 512)
    pieces = [(tar + bytes(1024))[at:at + 2**20] for at in range(0, len(tar) + 1024, 2**20)]
    frames = b"".join(zstandard.ZstdCompressor(level=3, write_checksum=True).compress(piece) for piece in pieces)
    path.write_bytes(frames + struct.pack("<II", 0x184D2A5D, 45) + b"nous-tools v1" + sha256(frames))

def read_rows(data, sequences):                                                # shard.md
    corpus = json.loads(read_bundle(data / "corpus.tar.zst", "corpus")[1]["corpus.json"])
    expect(corpus["packing"] == "concatenate" and not corpus["reset_attention"], "rows without documents")
    first, rows = 0, np.zeros((len(sequences), corpus["sequence_length"] + 1), np.int64)
    for shard in corpus["train"]["shards"]:
        here = (sequences >= first) & (sequences < first + shard["rows"])
        if here.any():
            digest, members = read_bundle(data / "shards" / f"{shard['digest']}.tar.zst", "shard")
            expect(digest == shard["digest"], "the shard that the corpus lists")
            rows[here] = load(members["tokens.safetensors"])["tokens"][sequences[here] - first]
        first += shard["rows"]
    return corpus["train"]["root"], rows

def forward(p, config, tokens):                                                # model.md, section 3
    heads, groups = config["num_attention_heads"], config["num_key_value_heads"]
    size = config.get("head_dim") or config["hidden_size"] // heads
    pairs = torch.arange(0, size, 2, dtype=torch.float64, device=tokens.device) / size
    angles = torch.arange(tokens.shape[1], device=tokens.device)[:, None] * config["rope_theta"] ** -pairs
    cos, sin = angles.cos().float(), angles.sin().float()

    def norm(x, name):
        return x * torch.rsqrt(x.square().mean(-1, keepdim=True) + config["rms_norm_eps"]) * p[name + ".weight"]
    def linear(x, name):
        return F.linear(x, p[name + ".weight"])
    def project(x, name, count):
        return linear(x, name).unflatten(-1, (count, size)).transpose(1, 2)
    def rotate(x):
        low, high = x.chunk(2, -1)
        return torch.cat([low * cos - high * sin, high * cos + low * sin], -1)
    x = p["model.embed_tokens.weight"][tokens]
    for layer in range(config["num_hidden_layers"]):
        at = f"model.layers.{layer}."
        a = norm(x, at + "input_layernorm")
        q, k = (rotate(project(a, at + f"self_attn.{n}_proj", count)) for n, count in (("q", heads), ("k", groups)))
        k, v = (z.repeat_interleave(heads // groups, 1) for z in (k, project(a, at + "self_attn.v_proj", groups)))
        o = F.scaled_dot_product_attention(q, k, v, is_causal=True).transpose(1, 2).flatten(2)
        x = x + linear(o, at + "self_attn.o_proj")
        b = norm(x, at + "post_attention_layernorm")
        x = x + linear(F.silu(linear(b, at + "mlp.gate_proj")) * linear(b, at + "mlp.up_proj"), at + "mlp.down_proj")
    return F.linear(norm(x, "model.norm"), p.get("lm_head.weight", p["model.embed_tokens.weight"]))

def learning_rate(schedule, step):                                             # model.md, section 7
    kind, warmup, total = schedule["kind"], schedule["warmup_steps"], schedule.get("total_steps", 0)
    if step < warmup or kind == "constant":
        return schedule["peak"] * min(1, (step + 1) / max(warmup, 1))
    start = max(warmup, total - schedule["decay_steps"]) if kind == "warmup-stable-decay" else warmup
    progress = 1 if step >= total else max(0, step - start) / max(total - start, 1)
    shape = 0.5 * (1 + math.cos(math.pi * progress)) if kind == "cosine" else 1 - progress
    return schedule["peak"] * (schedule["final_fraction"] + (1 - schedule["final_fraction"]) * shape)

def train(run, p, config, batches, number):                                    # protocol.md
    settings, per_round, losses = run["optimizer"], run["round"]["steps"], []
    expect(settings["name"] == "adamw" and not settings.get("z_loss"), "optimizer adamw without z_loss")
    groups = [{"params": [t for t in p.values() if (t.dim() == 2) == decays],
               "weight_decay": settings["weight_decay"] if decays else 0.0} for decays in (True, False)]
    optimizer = torch.optim.AdamW(groups, betas=(settings["beta1"], settings["beta2"]), eps=settings["epsilon"])
    for step, batch in enumerate(batches):
        loss = F.cross_entropy(forward(p, config, batch[:, :-1]).flatten(0, 1), batch[:, 1:].flatten())
        optimizer.zero_grad()
        loss.backward()
        norm = torch.nn.utils.clip_grad_norm_(list(p.values()), settings["gradient_clip"])
        expect(norm <= settings.get("gradient_norm_limit", 3e38), "a gradient that is finite and in its limit")
        rate = learning_rate(run["schedule"], (number - 1) * per_round + step * per_round // len(batches))
        for group in optimizer.param_groups:
            group["lr"] = rate * min(1, (step + 1) / max(1, settings.get("joiner_warmup_steps", 0)))
        optimizer.step()
        losses.append(round(loss.item() * 1e6))
    return losses

def bits(numbers, width):
    return (np.asarray(numbers)[:, None] >> np.arange(width) & 1).astype(np.uint8).ravel()

def encode_chunk(part, kept, kind):                                            # update.md
    places = np.sort(np.argsort(-np.abs(part), kind="stable")[:kept])
    sent, gaps, free, b = part[places], np.diff(places, prepend=-1) - 1, len(part) - kept, 0
    if kind == "sign":
        mark = np.argmin(np.abs(GRID - np.cumsum(np.abs(sent), dtype=np.float64)[-1] / kept))
        head, values = bits([mark], 8), bits(sent < 0, 1)
    else:
        halves = np.clip(sent, -65504, 65504).astype(np.float16) + np.float16(0)
        mark = halves.any()
        head, values = bits([mark], 1), bits(halves.view(np.uint16), 16)
    if not mark or not free:
        return np.concatenate([head, values]) if mark else head
    while 100 * kept << b + 1 <= 69 * free:
        b += 1
    ends = np.cumsum((gaps >> b) + 1 + b)
    code = np.zeros(ends[-1], np.uint8)
    code[ends - b - 1] = 1
    for bit in range(b):
        code[ends - b + bit] = gaps >> bit & 1
    return np.concatenate([head, code, values])

def encode_update(tensors, codec):
    chunk, keep, kind, coded = codec["chunk"], codec["keep"], codec["values"], []
    for tensor in tensors:
        parts = [tensor[at:at + chunk] for at in range(0, tensor.size, chunk)]
        chunks = [encode_chunk(part, max(1, keep * part.size // chunk), kind) for part in parts]
        coded.append(np.packbits(np.concatenate(chunks), bitorder="little").tobytes())
    return struct.pack(f"<8sHBBIII{len(coded)}Q", b"nous-upd", 1, 0, {"float16": 1, "sign": 5}[kind], chunk, keep,
                       len(coded), *map(len, coded)) + b"".join(coded)

def main():                                                                    # contribution.md
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name in ("--run", "--base", "--data", "--assignments", "--key", "--output"):
        parser.add_argument(name, required=True, type=Path)
    parser.add_argument("--device", default="cpu")
    options = parser.parse_args()
    run, (key, worker) = yaml.safe_load(options.run.read_text()), read_key(options.key)
    base, members = read_bundle(options.base, "checkpoint")
    config, number = json.loads(members["config.json"]), json.loads(members["lineage.json"])["round"] + 1
    expect(config["model_type"] == "llama" and not config.get("rope_scaling"), "a plain Llama")
    expect("tolerant" in run and run["codec"]["values"] in ("sign", "float16"), "a run that takes this worker")
    mine = [line for line in map(json.loads, options.assignments.read_text().splitlines())
            if line["worker"] == worker and line["round"] == number]
    expect(mine, f"an assignment of {worker} in round {number}")
    root, rows = read_rows(options.data, np.array(mine[0]["sequences"]))
    stored = load(members["model.safetensors"])
    layers = [f"model.layers.{layer}.{name}" for layer in range(config["num_hidden_layers"]) for name in LAYER]
    names = [name + ".weight" for name in ("model.embed_tokens", *layers, "model.norm", "lm_head")]
    start = {name: stored[name] for name in names if name in stored}
    p = {name: torch.tensor(value, device=options.device, requires_grad=True) for name, value in start.items()}
    steps, segment, nothing = mine[0]["steps"], run["round"]["segment_steps"], sha256(b"").hex()
    losses = train(run, p, config, torch.from_numpy(rows).to(options.device).split(mine[0]["batch"]), number)
    update = encode_update([(start[name] - t.detach().cpu().numpy()).ravel() for name, t in p.items()], run["codec"])
    canonical = json.dumps(mine[0], sort_keys=True, separators=(",", ":")).encode()
    claim = {"type": "contribution", "run": sha256(options.run.read_bytes()).hex(), "round": number, "base": base,
             "worker": worker, "assignment": sha256(canonical).hex(), "data": root,
             "arithmetic": {"class": "tolerant", "version": 1}, "steps": steps, "tokens": rows[:, 1:].size,
             "loss_micronats": losses, "state_before": None, "state_after": nothing}
    trace = [{"first_step": at, "steps": min(segment, steps - at), "opening": nothing, "closing": nothing}
             for at in range(0, steps, segment)]
    write_bundle(options.output, "contribution", [
        ("contribution.json", json.dumps(claim, indent=2).encode() + b"\n"),
        ("trace.ndjson", "".join(json.dumps(line, separators=(",", ":")) + "\n" for line in trace).encode()),
        ("update.nous", update)], key, worker)

if __name__ == "__main__":
    main()
