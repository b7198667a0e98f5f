#!/usr/bin/env python3
"""Writes what a node of Solana answers about the files in the current directory.

  responses.json   getTransaction of the payout signed.ndjson, whose payments arrived
  anchored.json    getTransaction of anchor.ndjson
  accounts.json    getMultipleAccounts of the accounts in nonce-accounts, whose authority is $PAYER
  account.json     getAccountInfo of the distributor of tree.json, a token of $MINT
"""
import base64
import hashlib
import json
import os
import struct
from pathlib import Path

LETTERS = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
SYSTEM = "1" * 32
DISTRIBUTOR = "mERKcfxMC5SqJn4Ld4BUris3WKZZ1ojjWJ3A3J5CKxv"


def address(text):
    number = 0
    for letter in text:
        number = 58 * number + LETTERS.index(letter)
    return number.to_bytes(32, "big")


def base58(data):
    number, text = int.from_bytes(data, "big"), ""
    while number:
        number, digit = divmod(number, 58)
        text = LETTERS[digit] + text
    return "1" * (len(data) - len(data.lstrip(b"\0"))) + text


def lines(path):
    return [json.loads(line) for line in Path(path).read_text().splitlines()]


def write(path, *answers):
    responses = [json.dumps({"jsonrpc": "2.0", "id": 1, "result": answer}) + "\n" for answer in answers]
    Path(path).write_text("".join(responses))


def accounts(record):
    """The accounts that a transaction of version 0 names, in their order."""
    data = base64.b64decode(record["transaction"])
    place = 1 + 64 * data[0] + 1 + 3
    count = data[place]
    return [base58(data[place + 1 + 32 * i:][:32]) for i in range(count)]


def balances(record, held):
    """What token accounts of a payout hold, of those that are in `held`."""
    return [{"accountIndex": index, "mint": record["mint"],
             "uiTokenAmount": {"amount": str(held[account]), "decimals": record["decimals"]}}
            for index, account in enumerate(accounts(record)) if account in held]


def transaction(record):
    """A transaction that was executed; of a payout, the source held just what is paid."""
    before, after = [], []
    if record["type"] == "payout":
        paid = {payment["token_account"]: int(payment["amount"]) for payment in record["payments"]}
        before = balances(record, dict.fromkeys(paid, 0) | {record["source"]: sum(paid.values())})
        after = balances(record, paid | {record["source"]: 0})
    return {"slot": 1, "blockTime": 1, "version": 0, "transaction": [record["transaction"], "base64"],
            "meta": {"err": None, "fee": int(record["fee"]),
                     "preTokenBalances": before, "postTokenBalances": after}}


def account(owner, data):
    return {"data": [base64.b64encode(data).decode(), "base64"], "executable": False, "lamports": 1447680,
            "owner": owner, "rentEpoch": 0, "space": len(data)}


def nonce(number):
    """Version 1, state 1, authority, value and fee."""
    value = hashlib.sha256(b"nonce %d" % number).digest()
    fields = struct.pack("<II", 1, 1) + address(os.environ["PAYER"]) + value + struct.pack("<Q", 5000)
    return account(SYSTEM, fields)


def distributor(tree):
    """One of Jito's program from which nothing was claimed; its version is the first 8 bytes of the root."""
    mark = hashlib.sha256(b"account:MerkleDistributor").digest()[:8]
    root, nobody = bytes(tree["merkle_root"]), bytes(32)
    numbers = struct.pack("<7q", int(tree["max_total_claim"]), tree["max_num_nodes"], 0, 0, 0, 0, 0)
    fields = b"\xff" + root[:8] + root + address(os.environ["MINT"]) + nobody + numbers + 2 * nobody + b"\0"
    return account(DISTRIBUTOR, mark + fields)


context = {"slot": 1}
write("responses.json", *map(transaction, lines("signed.ndjson")))
write("anchored.json", *map(transaction, lines("anchor.ndjson")))
names = Path("nonce-accounts").read_text().split()
write("accounts.json", {"context": context, "value": [nonce(place) for place in range(len(names))]})
write("account.json", {"context": context, "value": distributor(json.loads(Path("tree.json").read_text()))})
