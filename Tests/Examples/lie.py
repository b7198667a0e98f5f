#!/usr/bin/env python3
"""Makes an account of a step false, and signs it again: `lie.py KEY ROOTS TRACE`.

KEY is the file of the signer's key, ROOTS what `nous-verify trace` printed with it, and TRACE the directory
that it wrote with --step (docs/formats/dispute.md). In ROOTS the last state becomes another, and in TRACE
one number that the optimizer gives.
"""
import base64
import hashlib
import json
import sys
from pathlib import Path

sys.dont_write_bytecode = True
sys.path.append(str(Path(__file__).resolve().parent.parent / "Interop"))
from fraud_checker import D, L, P, add, base58, sha, times  # noqa: E402


def sign(seed, public, text):
    """Ed25519 (RFC 8032)."""
    digest = hashlib.sha512(seed).digest()
    scalar = int.from_bytes(digest[:32], "little") & (1 << 254) - 8 | 1 << 254
    number = lambda *parts: int.from_bytes(hashlib.sha512(b"".join(parts)).digest(), "little") % L
    nonce = number(digest[32:], text)
    x, y = times(nonce, BASE)
    point = (y | (x & 1) << 255).to_bytes(32, "little")
    return point + ((nonce + number(point, public, text) * scalar) % L).to_bytes(32, "little")


def base_point():
    y = 4 * pow(5, -1, P) % P
    square = (y * y - 1) * pow(D * y * y + 1, -1, P) % P
    x = pow(square, (P + 3) // 8, P)
    if x * x % P != square:
        x = x * pow(2, (P - 1) // 4, P) % P
    return (x if x & 1 == 0 else P - x), y


BASE = base_point()


def root(leaves):
    """The root of RFC 6962."""
    if len(leaves) == 1:
        return sha(b"\0" + leaves[0])
    half = 1 << (len(leaves) - 1).bit_length() - 1
    return sha(b"\1" + root(leaves[:half]) + root(leaves[half:]))


def signed(record, seed, public):
    """The record with another signature of its signer."""
    name = record.pop("signature").split(" ")[1]
    assert base58(name) == public, "the key is another signer's"
    text = json.dumps(record, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode() + b"\n"
    identifier = sha(name.encode() + b"\n\1" + public)[:4]
    signature = base64.b64encode(identifier + sign(seed, public, text)).decode()
    return line(record | {"signature": f"\u2014 {name} {signature}"}) + "\n"


def line(record):
    return json.dumps(record, separators=(",", ":"), ensure_ascii=False)


def alter_roots(path, *key):
    record = json.loads(path.read_text())
    record["roots"][-1] = sha(bytes.fromhex(record["roots"][-1])).hex()
    path.write_text(signed(record, *key))


def tiles(values, shape):
    rows, columns = shape
    return [values[4 * (row * columns + first):4 * (row * columns + min(columns, first + 1024))]
            for row in range(rows) for first in range(0, columns, 1024)]


def alter_step(trace, *key):
    """The first number that the optimizer gives differs by one unit in the last place."""
    lines = (trace / "operators.ndjson").read_text().splitlines()
    operators, values = list(map(json.loads, lines)), bytearray((trace / "values").read_bytes())
    place = 0
    for number, operator in enumerate(operators):
        size = 4 * operator["shape"][0] * operator["shape"][1]
        if operator["kind"] == "descent":
            values[place] ^= 1
            operator["root"] = root(tiles(bytes(values[place:place + size]), operator["shape"])).hex()
            lines[number] = line(operator)
            break
        place += size
    statement = json.loads((trace / "statement.json").read_text())
    statement["root"] = root(list(map(str.encode, lines))).hex()
    (trace / "values").write_bytes(values)
    (trace / "operators.ndjson").write_text("\n".join(lines) + "\n")
    (trace / "statement.json").write_text(signed(statement, *key))


def main():
    key, roots, trace = map(Path, sys.argv[1:])
    secret = bytes(json.loads(key.read_text()))
    alter_roots(roots, secret[:32], secret[32:])
    alter_step(trace, secret[:32], secret[32:])


main()
