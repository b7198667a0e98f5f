#!/usr/bin/env python3
"""Signed models and receipts against the programs of others.

  test_model_signing.py TOOLS ENVIRONMENT

TOOLS is the directory of the built commands; ENVIRONMENT is made if missing. A model signed by
`nous-verify sign-model` is checked by the package `model-signing`, and one signed by the package by
`nous-verify check-model`; both refuse every way to tamper with it. Bundles follow the published schemas.
Receipts are verified by `securesystemslib` and read by `in-toto-attestation`.
"""
import json
import os
import shutil
import subprocess
import sys
import tempfile
import venv
from pathlib import Path

from tiny_run import TinyRun

# model-signing 1.1.1 imports pyOpenSSL without saying so.
PACKAGES = ["model-signing==1.1.1", "sigstore==4.5.1", "sigstore-models==0.0.6", "cryptography==50.0.2",
            "pyOpenSSL==26.4.0", "in-toto-attestation==0.9.3", "securesystemslib==1.6.0",
            "protobuf==7.36.2", "pydantic==2.14.4", "jsonschema==4.26.0"]
CURVES = ("P-256", "P-384", "P-521")
VECTORS = Path(__file__).resolve().parent.parent / "Vectors" / "attestation"

# Arguments: the directory of the schemas, then bundles; checks each and its payload.
SCHEMAS = """
import base64, json, pathlib, sys
from jsonschema import Draft202012Validator
from referencing import Registry, Resource
schemas = {p.name.split(".")[0]: json.loads(p.read_text()) for p in pathlib.Path(sys.argv[1]).glob("*.schema.json")}
registry = Registry().with_resources((s["$id"], Resource.from_contents(s)) for s in schemas.values())
for path in sys.argv[2:]:
    bundle = json.loads(pathlib.Path(path).read_text())
    statement = json.loads(base64.b64decode(bundle["dsseEnvelope"]["payload"]))
    for name, instance in (("bundle", bundle), ("statement", statement)):
        Draft202012Validator(schemas[name], registry=registry).validate(instance)
"""

# Arguments: a file of receipts, the verifier's key in PEM and in base58; prints subjects and types.
RECEIPTS = """
import json, pathlib, sys
from cryptography.hazmat.primitives.serialization import load_pem_public_key
from google.protobuf import json_format
from in_toto_attestation.v1 import statement_pb2
from in_toto_attestation.v1.statement import Statement
from securesystemslib import dsse, exceptions
from securesystemslib.signer import SSlibKey
key = SSlibKey.from_crypto(load_pem_public_key(pathlib.Path(sys.argv[2]).read_bytes()), keyid=sys.argv[3])
for line in pathlib.Path(sys.argv[1]).read_text().splitlines():
    envelope = dsse.Envelope.from_dict(json.loads(line))
    assert list(envelope.verify([key], 1)) == [sys.argv[3]]
    statement = Statement.copy_from_pb(json_format.Parse(envelope.payload, statement_pb2.Statement()))
    statement.validate()
    print(statement.pb.subject[0].digest["sha256"], statement.pb.predicate_type,
          statement.pb.predicate["verdict"])
    envelope.payload = envelope.payload.replace(b"accepted", b"acceptee")
    try:
        envelope.verify([key], 1)
        sys.exit("a changed payload was accepted")
    except exceptions.VerificationError:
        pass
"""


def environment(directory):
    """A Python with the packages."""
    python = Path(directory) / "bin/python"
    mark = Path(directory) / ".complete"
    if not mark.exists() or mark.read_text() != "\n".join(PACKAGES):
        venv.create(directory, with_pip=True)
        subprocess.run([python, "-m", "pip", "install", "-q", "--disable-pip-version-check", *PACKAGES],
                       check=True)
        mark.write_text("\n".join(PACKAGES))
    return python.absolute()


def tampered(model):
    """Every way to tamper with a model, each on a copy of its own."""
    def change(path):
        data = bytearray((path / "model.safetensors").read_bytes())
        data[-1] ^= 1
        (path / "model.safetensors").write_bytes(data)

    def link(path):
        shutil.move(path / "config.json", path.parent / "elsewhere")
        (path / "config.json").symlink_to(path.parent / "elsewhere")

    ways = {
        "a changed bit": change,
        "a byte more": lambda path: (path / "config.json").open("a").write(" "),
        "an added file": lambda path: (path / "pickle.bin").write_bytes(b""),
        "an added file in a directory": lambda path: (path / "sub" / "x.py").write_bytes(b""),
        "a hidden file": lambda path: (path / ".hidden").write_bytes(b""),
        "a removed file": lambda path: (path / "tokenizer.json").unlink(),
        "a renamed file": lambda path: (path / "tokenizer.json").rename(path / "Tokenizer.json"),
        "exchanged files": lambda path: (
            (path / "config.json").rename(path / "x"), (path / "sub" / "b").rename(path / "config.json"),
            (path / "x").rename(path / "sub" / "b")),
        "a link to the same bytes": link,
    }
    for name, tamper in ways.items():
        with tempfile.TemporaryDirectory() as directory:
            copy = Path(directory) / "model"
            shutil.copytree(model, copy)
            tamper(copy)
            yield name, copy


class Peers:
    """Our commands and the package, on one model."""

    def __init__(self, tools, python, work):
        self.tools, self.python, self.work = tools, python, work

    def theirs(self, *arguments):
        return subprocess.run([self.python, "-m", "model_signing", *arguments], cwd=self.work,
                              capture_output=True, text=True)

    def ours(self, *arguments):
        return subprocess.run([self.tools / "nous-verify", *arguments], cwd=self.work,
                              capture_output=True, text=True)

    def checked_by_theirs(self, model, signature, key):
        return self.theirs("verify", "key", "--public_key", key, "--signature", signature, model).returncode

    def checked_by_ours(self, model, signature, key):
        return self.ours("check-model", model, "--signature", signature, "--signer", key).returncode

    def keys(self, curve):
        private, public = self.work / f"{curve}.pem", self.work / f"{curve}.pub"
        subprocess.run(["openssl", "genpkey", "-algorithm", "EC", "-pkeyopt", f"ec_paramgen_curve:{curve}",
                        "-out", private], check=True, stderr=subprocess.DEVNULL)
        subprocess.run(["openssl", "pkey", "-in", private, "-pubout", "-out", public], check=True)
        return private, public

    def sign(self, model, private, curve, ancestors):
        """The model signed by both."""
        ours, theirs = self.work / f"ours-{curve}.sig", self.work / f"theirs-{curve}.sig"
        done = self.ours("sign-model", model, "--key", private, *ancestors, "-o", ours)
        assert done.returncode == 0, done.stderr
        done = self.theirs("sign", "key", "--private_key", private, "--signature", theirs, model)
        assert done.returncode == 0, done.stderr
        return ours, theirs


def predicate(signature):
    payload = json.loads(subprocess.run(
        ["sh", "-c", 'jq -r .dsseEnvelope.payload "$0" | base64 -d', signature],
        check=True, capture_output=True).stdout)
    return payload["subject"][0]["digest"]["sha256"], sorted(
        (entry["name"], entry["digest"]) for entry in payload["predicate"]["resources"])


def check_models(peers, run):
    model = run.work / "model"
    (model / "sub").mkdir(parents=True)
    subprocess.run(["tar", "--zstd", "-xf", run.work / "next", "-C", model], check=True)
    (model / "README.md").write_text("A tiny model.\n")
    for name in ("sub/b", "sub-b", "sub.b", "ümlaut"):
        (model / name).write_text(name)
    ancestors = ["--ancestor", run.work / "base"]
    signatures = []
    for curve in CURVES:
        private, public = peers.keys(curve)
        pair = peers.sign(model, private, curve, ancestors)
        for signature in pair:
            assert peers.checked_by_theirs(model, signature, public) == 0, f"{signature}: theirs"
            assert peers.checked_by_ours(model, signature, public) == 0, f"{signature}: ours"
        assert predicate(pair[0])[1] == predicate(pair[1])[1], "files and digests"
        signatures.append((*pair, public))
    print(f"model signing: {len(CURVES)} curves, each side accepts both sides' signatures")
    subprocess.run([peers.python, "-c", SCHEMAS, VECTORS / "oms", *[ours for ours, _, _ in signatures],
                    *[theirs for _, theirs, _ in signatures]], check=True)
    print("model signing: bundles and statements follow the published schemas")
    ours, theirs, public = signatures[0]
    names = []
    for name, copy in tampered(model):
        for signature in (ours, theirs):
            assert peers.checked_by_theirs(copy, signature, public) != 0, f"{name}: theirs"
            assert peers.checked_by_ours(copy, signature, public) == 1, f"{name}: ours"
        names.append(name)
    other = signatures[1][2]
    for signature in (ours, theirs):
        assert peers.checked_by_theirs(model, signature, other) != 0
        assert peers.checked_by_ours(model, signature, other) == 1
    print(f"model signing: both sides refuse another key, and of both signatures {', '.join(names)}")
    lineage = peers.ours("check-model", model, "--signature", ours, "--signer", public).stdout
    rounds = [json.loads(line)["round"] for line in lineage.splitlines()]
    assert rounds == [1, 0], rounds


def check_ignoring(peers, run):
    """Signatures that lie in the model, and paths that each side leaves out."""
    model, private, public = run.work / "model", run.work / "P-256.pem", run.work / "P-256.pub"
    (model / "logs").mkdir()
    (model / "logs" / "1").write_text("")
    (model / ".gitignore").write_text("x")
    own = model / "model.sig"
    done = peers.ours("sign-model", model, "--key", private, "--ignore", "logs", "-o", own)
    assert done.returncode == 0, done.stderr
    assert peers.checked_by_theirs(model, own, public) == 0
    assert peers.checked_by_ours(model, own, public) == 0
    own.unlink()
    done = peers.theirs("sign", "key", "--private_key", private, "--ignore-paths", model / "logs",
                        "--signature", own, model)
    assert done.returncode == 0, done.stderr
    assert peers.checked_by_theirs(model, own, public) == 0
    assert peers.checked_by_ours(model, own, public) == 0
    (model / "logs" / "2").write_text("")
    assert peers.checked_by_ours(model, own, public) == 0
    (model / "log").write_text("")
    assert peers.checked_by_ours(model, own, public) == 1
    print("model signing: what one side leaves out, the other leaves out too")


def check_receipts(peers, run):
    """Receipts of verdicts on real contributions."""
    key = run.tool("nous-ledger", "keygen", "--public", "anna.json").decode().strip()
    verdicts = run.tool("nous-verify", "--quiet", "--run", "run.yaml", "--base", "base", "--data", "data",
                        "--roster", "roster", "--key", "anna.json", "anna.contribution", "boris.contribution")
    (run.work / "verdicts").write_bytes(verdicts)
    (run.work / "receipts").write_bytes(
        run.tool("nous-verify", "receipt", "--key", "anna.json", "verdicts"))
    assert run.tool("nous-verify", "check-receipt", "receipts") == verdicts
    public = bytes(json.loads((run.work / "anna.json").read_text())[32:])
    subprocess.run(["openssl", "pkey", "-pubin", "-inform", "DER", "-out", run.work / "anna.pub"],
                   input=bytes.fromhex("302a300506032b6570032100") + public, check=True)
    done = subprocess.run([peers.python, "-c", RECEIPTS, run.work / "receipts", run.work / "anna.pub", key],
                          check=True, capture_output=True, text=True)
    expected = [json.loads(line) for line in verdicts.splitlines()]
    assert done.stdout.splitlines() == [
        f"{verdict['contribution']} https://nous-tools/audit-receipt/v1 accepted" for verdict in expected]
    print(f"receipts: {len(expected)} verified by securesystemslib, read by in-toto-attestation")


def main():
    tools, python = Path(sys.argv[1]).absolute(), environment(sys.argv[2])
    os.environ["PYTHONDONTWRITEBYTECODE"] = "1"
    with tempfile.TemporaryDirectory() as directory:
        run = TinyRun(tools, Path(directory), ("anna", "boris"))
        run.round({})
        peers = Peers(tools, python, run.work)
        check_models(peers, run)
        check_ignoring(peers, run)
        check_receipts(peers, run)


if __name__ == "__main__":
    main()
