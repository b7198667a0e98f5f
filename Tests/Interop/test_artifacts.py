#!/usr/bin/env python3
"""Compare our safetensors and bundle files with the official library, tar, zstd and hashlib.

    python3 Tests/Interop/test_artifacts.py [checkpoint-directory-or-bundle ...]

The stored samples in Tests/Vectors/artifacts are compared byte for byte with what the official
writer makes; a test of ours in Swift proves that they are also what our writer makes and that
our reader reads them. Bundles and unpacked checkpoints given as arguments are opened as well.
Needs `safetensors` 0.8. Exits 1 at the first mismatch.
"""
import ctypes
import hashlib
import io
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path

from safetensors import TensorSpec, deserialize, serialize

VECTORS = Path(__file__).resolve().parent.parent / "Vectors" / "artifacts"
SIZES = {
    "U64": 8, "I64": 8, "F64": 8, "F32": 4, "U32": 4, "I32": 4, "BF16": 2, "F16": 2,
    "U16": 2, "I16": 2, "I8": 1, "U8": 1, "BOOL": 1,
}
NAMES = {
    "U64": "uint64", "I64": "int64", "F64": "float64", "F32": "float32", "U32": "uint32",
    "I32": "int32", "BF16": "bfloat16", "F16": "float16", "U16": "uint16", "I16": "int16",
    "I8": "int8", "U8": "uint8", "BOOL": "bool",
}


def check(condition: bool, what: str) -> None:
    if not condition:
        sys.exit(f"test_artifacts: mismatch: {what}")


def sample_tensors():
    """The same rule as in Tests/ArtifactsTests/VectorTests.swift."""
    shapes = [(f"layer.{dtype}", dtype, [2, 3]) for dtype in SIZES]
    shapes += [("scalar", "F32", []), ("empty", "I16", [4, 0]), ('"ü\\', "U8", [1])]
    for name, dtype, shape in shapes:
        count = SIZES[dtype]
        for size in shape:
            count *= size
        data = bytes((i * 37 + len(name.encode())) & 255 for i in range(count))
        yield name, dtype, shape, bytes(b & 1 for b in data) if dtype == "BOOL" else data


def test_safetensors_sample() -> None:
    stored = (VECTORS / "sample.safetensors").read_bytes()
    buffers, tensors = [], {}
    for name, dtype, shape, data in sample_tensors():
        buffer = ctypes.create_string_buffer(data, max(len(data), 1))
        buffers.append(buffer)
        tensors[name] = TensorSpec(
            dtype=NAMES[dtype], shape=shape, data_ptr=ctypes.addressof(buffer), data_len=len(data))
    check(serialize(tensors, {"format": 'pt "\x01\x7fé'}) == stored, "bytes of the official writer")
    loaded = dict(deserialize(stored))
    check(len(loaded) == len(tensors), "number of tensors")
    for name, dtype, shape, data in sample_tensors():
        tensor = loaded[name]
        check(tensor["dtype"] == dtype and tensor["shape"] == shape, f"type of {name}")
        check(bytes(tensor["data"]) == data, f"elements of {name}")


def check_members(members: dict, subject: str) -> None:
    """Checks sizes and digests against the manifest, and opens every safetensors member."""
    text = members["MANIFEST"].decode().split("\n\n")[0].rstrip("\n").split("\n")
    check(text[0].startswith("nous-tools ") and text[0].endswith(" v1"), f"{subject}: first line")
    listed = ["MANIFEST"]
    for size_line, digest_line in zip(text[1::2], text[2::2]):
        _, size, path = size_line.split(" ")
        check(len(members[path]) == int(size), f"{subject}: size of {path}")
        digest = hashlib.sha256(members[path]).hexdigest()
        check(digest_line == f"{digest}  {path}", f"{subject}: digest of {path}")
        if path.endswith(".safetensors") and b'"dtype"' in members[path][:4096]:
            deserialize(members[path])
        listed.append(path)
    check(list(members) == listed, f"{subject}: members and their order")


def bundle_members(file: Path) -> dict:
    content = subprocess.run(
        ["zstd", "-dqc", str(file)], check=True, stdout=subprocess.PIPE
    ).stdout
    members = {}
    with tarfile.open(fileobj=io.BytesIO(content), mode="r:") as archive:
        for member in archive:
            check(member.isreg() and member.mode == 0o644, f"{file}: {member.name} is ordinary")
            check(member.mtime == member.uid == member.gid == 0, f"{file}: no times, no owners")
            members[member.name] = archive.extractfile(member).read()
    return members


def check_trailer(file: Path) -> None:
    data = file.read_bytes()
    expected = bytes.fromhex("5d2a4d182d000000") + b"nous-tools v1" + hashlib.sha256(data[:-53]).digest()
    check(data[-53:] == expected, f"{file}: trailer")


def test_path(path: Path) -> None:
    if path.is_dir():
        files = sorted((p for p in path.rglob("*") if p.is_file()), key=lambda p: str(p.relative_to(path)).encode())
        names = ["MANIFEST"] + [str(p.relative_to(path)) for p in files if p.name != "MANIFEST"]
        check_members({name: (path / name).read_bytes() for name in names}, str(path))
    else:
        check_members(bundle_members(path), str(path))
        check_trailer(path)


def test_unpacking() -> None:
    """What the bundle's page tells people to do by hand."""
    sample = VECTORS / "sample.contribution"
    with tempfile.TemporaryDirectory() as directory:
        subprocess.run(["tar", "--zstd", "-xf", str(sample)], cwd=directory, check=True)
        subprocess.run(
            "tail -n +2 MANIFEST | sha256sum -c --quiet 2>/dev/null", shell=True, cwd=directory, check=True)
        test_path(Path(directory))


test_safetensors_sample()
test_path(VECTORS / "sample.contribution")
test_unpacking()
for argument in sys.argv[1:]:
    test_path(Path(argument))
print("artifacts: ok")
