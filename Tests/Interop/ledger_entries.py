"""The entries of a ledger, written from docs/formats/ledger.md alone."""
import base64
import hashlib
import json

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

ALPHABET = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"


def base58(data):
    number, text = int.from_bytes(data, "big"), ""
    while number:
        number, digit = divmod(number, 58)
        text = ALPHABET[digit] + text
    return "1" * (len(data) - len(data.lstrip(b"\0"))) + text


def canonical(value):
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


class Author:
    """A key, and the place of its next entry in the log whose entry 0 has the digest `log`."""

    def __init__(self, seed, log=""):
        self.seed = seed
        self.key = Ed25519PrivateKey.from_private_bytes(seed)
        self.public = self.key.public_key().public_bytes_raw()
        self.name = base58(self.public)
        self.identifier = hashlib.sha256(self.name.encode() + b"\n\x01" + self.public).digest()[:4]
        self.log, self.previous, self.sequence = log, "0" * 64, 0

    @property
    def file(self):
        """The key in the form of solana-keygen."""
        return json.dumps(list(self.seed + self.public))

    def signature(self, text):
        return f"\u2014 {self.name} {base64.b64encode(self.identifier + self.key.sign(text)).decode()}"

    def entry(self, body):
        """The line of the author's next entry."""
        fields = {"author": self.name, "body": body, "log": self.log, "previous": self.previous,
                  "sequence": self.sequence}
        fields["signature"] = self.signature(canonical(fields) + b"\n")
        line = canonical(fields) + b"\n"
        self.previous, self.sequence = hashlib.sha256(line).hexdigest(), self.sequence + 1
        return line

    def contribution(self, run, round, tokens):
        """A record of work, and its digest."""
        claim = json.dumps({"type": "contribution", "run": run, "round": round, "base": run,
                            "worker": self.name, "tokens": tokens})
        text = (f"nous-tools contribution v1\n# {len(claim)} contribution.json\n"
                f"{hashlib.sha256(claim.encode()).hexdigest()}  contribution.json\n")
        manifest = f"{text}\n{self.signature(text.encode())}\n"
        record = {"type": "contribution", "manifest": manifest, "claim": claim}
        return canonical(record) + b"\n", hashlib.sha256(text.encode()).hexdigest()

    def verdict(self, word, contribution, worker, run, round, tokens):
        """A verifier's record."""
        fields = {"type": "verdict", "run": run, "round": round, "base": run, "contribution": contribution,
                  "worker": worker, "tokens": tokens, "verdict": word, "reason": "", "state_before": None,
                  "state_after": run, "verifier": self.name}
        fields["signature"] = self.signature(canonical(fields) + b"\n")
        return canonical(fields) + b"\n"
