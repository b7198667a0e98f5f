#!/usr/bin/env python3
"""Transactions for Solana against `solders`, Solana's own Rust code, and its virtual machine LiteSVM.

  test_solana.py TOOLS

TOOLS is the directory of the built commands. Encodings and derived addresses are those of the Rust
code on random inputs. Payouts, durable nonces, multisigs, lookup tables and anchors made by
`nous-ledger solana` are executed, and balances are compared with the list. The program of Jito's
distributor is executed too if NOUS_DISTRIBUTOR_PROGRAM names the file of a dump of it.
"""
import base64
import hashlib
import json
import os
import random
import tempfile
from pathlib import Path

from solders.hash import Hash
from solders.instruction import AccountMeta, Instruction
from solders.address_lookup_table_account import AddressLookupTableAccount
from solders.keypair import Keypair
from solders.message import Message, MessageV0, to_bytes_versioned
from solders.pubkey import Pubkey
from solders.token.associated import get_associated_token_address
from solders.transaction import VersionedTransaction
from solders.transaction_metadata import FailedTransactionMetadata

from solana_chain import DECIMALS, SOL, Chain, ask, lines, rng, run

TOKEN_2022_PROGRAM_ID = Pubkey.from_string("TokenzQdBNbLqP5VEhdkAS6EPFLC1PHnBqCXEpPxuEb")
PROGRAM = Pubkey.from_string("mERKcfxMC5SqJn4Ld4BUris3WKZZ1ojjWJ3A3J5CKxv")
PROGRAM_SHA256 = "51043e9794e69f0b071d741abd29fc274694ab60e412a1ed6d0dd38e258703ac"
def check_messages(count):
    """Random messages have the same bytes as those of the Rust code."""
    questions, expected = [], []
    for number in range(count):
        pool = [Pubkey(rng.randbytes(32)) for _ in range(rng.randrange(2, 20))]
        payer, blockhash = pool[0], Hash(rng.randbytes(32))
        instructions = [
            Instruction(rng.choice(pool[1:]), rng.randbytes(rng.randrange(0, 60)),
                        [AccountMeta(rng.choice(pool), rng.random() < 0.3, rng.random() < 0.5)
                         for _ in range(rng.randrange(0, 8))])
            for _ in range(rng.randrange(0, 6))]
        tables = []
        if number % 2:
            tables = [AddressLookupTableAccount(Pubkey(rng.randbytes(32)),
                                                rng.sample(pool, rng.randrange(1, len(pool))))
                      for _ in range(rng.randrange(0, 4))]
            message = MessageV0.try_compile(payer, instructions, tables, blockhash)
        else:
            message = Message.new_with_blockhash(instructions, payer, blockhash)
        expected.append(to_bytes_versioned(message))
        questions.append({
            "ask": "message", "version": "v0" if number % 2 else "legacy", "payer": str(payer),
            "blockhash": str(blockhash),
            "instructions": [
                {"program": str(i.program_id), "data": bytes(i.data).hex(),
                 "accounts": [{"address": str(a.pubkey), "signer": a.is_signer, "writable": a.is_writable}
                              for a in i.accounts]} for i in instructions],
            "tables": [{"type": "lookup-table", "table": str(t.key), "addresses": list(map(str, t.addresses))}
                       for t in tables]})
    for answer, message in zip(ask(questions), expected, strict=True):
        assert base64.b64decode(answer) == message
    print(f"ok: {count} random messages have the bytes of solders")


def check_addresses(count):
    """Random addresses are derived alike, and points of the curve are told alike."""
    questions, expected = [], []
    for _ in range(count):
        program = Pubkey(rng.randbytes(32))
        seeds = [rng.randbytes(rng.randrange(0, 33)) for _ in range(rng.randrange(0, 16))]
        address, bump = Pubkey.find_program_address(seeds, program)
        questions.append({"ask": "find", "program": str(program), "seeds": [s.hex() for s in seeds]})
        expected.append(f"{address} {bump}")
        owner, mint = Pubkey(rng.randbytes(32)), Pubkey(rng.randbytes(32))
        questions.append({"ask": "account", "owner": str(owner), "mint": str(mint)})
        expected.append(str(get_associated_token_address(owner, mint)))
    assert ask(questions) == expected
    print(f"ok: {count} derived addresses and {count} token accounts are those of solders")
    edges = [(v + s * 2**255).to_bytes(32, "little") for s in (0, 1)
             for v in [*range(64), *range(2**255 - 60, 2**255)]]
    points = edges + [rng.randbytes(32) for _ in range(3000)]
    verdicts = ask([{"ask": "curve", "bytes": p.hex()} for p in points])
    assert verdicts == [str(Pubkey(p).is_on_curve()).lower() for p in points]
    print(f"ok: {len(points)} encodings, {len(edges)} of them at the edges, are told apart alike")


def check_payouts(chain):
    """Lists are paid in every form, once."""
    payer = chain.payer.pubkey()
    for form in ("legacy", "v0"):
        chain.new_mint(payer)
        path, due = chain.make_list()
        # Lamports at the address of an account to be, which then takes two instructions more.
        chain.svm.airdrop(get_associated_token_address(next(iter(due)), chain.mint), 1_000_000)
        made = ("payout", *chain.token(), "--format", form, "--create-accounts", "--key", chain.work / "payer.json",
                "--blockhash", chain.blockhash(), "--compute-unit-price", 1000, "--run", "1" * 64, "--round", 3,
                "--root", "2" * 64)
        records = lines(run(*made, path))
        assert records == lines(run(*made, given=path.read_text()))
        chain.execute(records)
        chain.check_paid(due)
        chain.refuse(records[0])
        chain.check_paid(due)
        print(f"ok: {form}: {len(records)} transactions pay {len(due)} recipients, whose accounts they make; "
              "none is executed twice")


def check_tables(chain):
    """Payouts through lookup tables, with accounts that are there and that are not."""
    payer = chain.payer.pubkey()
    for extra in ([], ["--create-accounts"]):
        chain.new_mint(payer)
        path, due = chain.make_list()
        if not extra:
            rows = "recipient,amount\n" + "".join(f"{key},1\n" for key in due)
            first = lines(run("payout", *chain.token(), "--create-accounts", "--key", chain.work / "payer.json",
                              "--blockhash", chain.blockhash(), given=rows))
            chain.execute(first)
            due = {key: amount + 1 for key, amount in due.items()}
        slot = chain.expire()
        tables = run("lookup-table", *chain.token(), *extra, "--key", chain.work / "payer.json",
                     "--blockhash", chain.blockhash(), "--slot", slot, path)
        chain.execute(lines(tables))
        table_file = chain.file("tables.ndjson", tables)
        chain.expire()
        records = lines(run("payout", *chain.token(), *extra, "--lookup-table", table_file, "--payer", payer,
                            "--blockhash", chain.blockhash(), path))
        text = "".join(json.dumps(record) + "\n" for record in records)
        assert "is not known" in run("sign", "--key", chain.work / "payer.json", status=65, given=text)
        signed = lines(run("sign", "--key", chain.work / "payer.json", "--lookup-table", table_file, given=text))
        chain.execute(signed)
        chain.check_paid(due)
        chain.refuse(signed[0])
        made = sum(record["type"] == "lookup-table" for record in lines(tables))
        most = max(len(record["payments"]) for record in records)
        print(f"ok: {made} lookup tables: {len(records)} transactions pay {len(due)} recipients, up to {most} each"
              + (", whose accounts they make" if extra else ""))


def check_nonces(chain):
    """Durable nonces: signed offline, sent much later, each once."""
    payer = chain.payer.pubkey()
    authority = chain.key("authority").pubkey()
    chain.new_mint(payer)
    path, due = chain.make_list()
    count = 64
    chain.execute(lines(run("nonce", "create", "--count", count, "--key", chain.work / "payer.json",
                            "--authority", authority, "--blockhash", chain.blockhash())))
    addresses = [Pubkey.from_string(a) for a in run("nonce", "list", "--count", count, "--base", payer).split()]
    dump = chain.file("accounts.json", chain.dump(addresses))
    nonces = chain.file("nonces.ndjson", run("nonce", "read", "--base", payer, dump))
    made = run("payout", *chain.token(), "--create-accounts", "--payer", payer, "--nonces", nonces, path)
    unsigned = lines(made)
    for _ in range(400):
        chain.svm.expire_blockhash()
    # The authority signs elsewhere: first with our command, then in the words of Solana's.
    half = lines(run("sign", "--key", chain.work / "authority.json", given=made))
    elsewhere = []
    for record in half:
        message = VersionedTransaction.from_bytes(base64.b64decode(record["transaction"])).message
        assert record["missing"] == [str(payer)]
        elsewhere += ["--signer", f"{payer}={chain.payer.sign_message(to_bytes_versioned(message))}"]
    text = "".join(json.dumps(record) + "\n" for record in half)
    signed = lines(run("sign", *elsewhere, "--complete", given=text))
    offline = lines(run("inspect", "--offline", given="".join(json.dumps(r) + "\n" for r in signed)))
    assert all(len(o["signers"]) == 2 and "absent" not in o for o in offline)
    taken = chain.file("offline.ndjson", "".join(json.dumps(o) + "\n" for o in offline))
    assert lines(run("sign", "--signatures", taken, given=made)) == signed
    chain.execute(signed)
    chain.check_paid(due)
    print(f"ok: {len(signed)} transactions with durable nonces pay {len(due)} recipients 400 blockhashes later; "
          f"a replay is refused: {chain.refuse(signed[0])}")
    assert len(unsigned) == len(signed)


def check_multisig(chain):
    """A 2-of-3 multisig pays; one signature is too few."""
    payer, account = chain.payer.pubkey(), chain.key("multisig").pubkey()
    signers = [chain.key(f"signer{number}").pubkey() for number in range(3)]
    made = ask([{"ask": "multisig", "payer": str(payer), "account": str(account), "quorum": 2,
                 "signers": list(map(str, signers)), "blockhash": chain.blockhash()}])
    chain.execute(chain.sign(lines(made[0]), "payer", "multisig"))
    chain.new_mint(account)
    path, due = chain.make_list()
    payout = ("payout", *chain.token(), "--create-accounts", "--authority", account, "--payer", payer,
              "--blockhash", chain.blockhash())
    alone = lines(run(*payout, "--multisig-signer", signers[0], path))
    refused = chain.refuse(chain.sign(alone[:1], "payer", "signer0")[0])
    both = run(*payout, "--multisig-signer", signers[0], "--multisig-signer", signers[2], path)
    for name in ("signer2", "payer", "signer0"):
        both = run("sign", "--key", chain.work / f"{name}.json", given=both)
    chain.execute(lines(both))
    chain.check_paid(due)
    print(f"ok: a multisig of 2 of 3 pays {len(due)} recipients in {len(lines(both))} transactions; "
          f"one signature is refused: {refused}")


def check_token_2022(chain):
    """Token-2022 is used when it is named, and only then."""
    payer = chain.payer.pubkey()
    chain.new_mint(payer, program=TOKEN_2022_PROGRAM_ID)
    path, due = chain.make_list(30)
    payout = ("payout", *chain.token(), "--create-accounts", "--key", chain.work / "payer.json",
              "--blockhash", chain.blockhash())
    refused = chain.refuse(lines(run(*payout, path))[0])
    chain.execute(lines(run(*payout, "--token-program", TOKEN_2022_PROGRAM_ID, path)))
    chain.check_paid(due)
    print(f"ok: Token-2022 pays {len(due)} recipients when it is named; otherwise: {refused}")


def check_reconciliation(chain):
    """Answers with real balances: who was paid, who was not."""
    payer = chain.payer.pubkey()
    chain.new_mint(payer, amount=10**12)
    path, due = chain.make_list(60)
    text = run("payout", *chain.token(), "--create-accounts", "--key", chain.work / "payer.json",
               "--blockhash", chain.blockhash(), path)
    records, payout = lines(text), chain.file("payout.ndjson", text)
    answers = chain.answers(records, chain.send)
    chain.check_paid(due, 10**12)
    report = chain.file("answers.json", json.dumps(answers))
    found = lines(run("reconcile", "--json", "--payout", payout, report))
    assert {f["recipient"]: int(f["received"]) for f in found[:-1]} == {str(k): v for k, v in due.items()}
    assert found[-1]["paid"] == {"recipients": 60, "amount": str(sum(due.values()))} and found[-1]["consistent"]
    part = chain.file("part.json", json.dumps(answers[1:]))
    missing = lines("\n".join(line for line in run("reconcile", "--json", "--payout", payout, part, status=1)
                              .splitlines() if line.startswith("{")))
    assert sum(f.get("state") == "unknown" for f in missing) == len(records[0]["payments"])
    # A payout beyond what the source holds fails on chain.
    rows = f"recipient,amount\n{Keypair.from_seed(rng.randbytes(32)).pubkey()},{10**13}\n"
    text = run("payout", *chain.token(), "--create-accounts", "--key", chain.work / "payer.json",
               "--blockhash", chain.blockhash(), given=rows)
    failed = chain.file("failed.json", json.dumps(chain.answers(lines(text), chain.send)))
    poor = chain.file("poor.ndjson", text)
    assert "\tfailed\t" in run("reconcile", "--payout", poor, failed, status=1)
    print("ok: reconciliation finds 60 recipients paid, missing answers unknown, and a failed payout failed")


def check_anchor(chain):
    """A checkpoint's text is kept in the log of a transaction."""
    ledger = chain.work / "ledger"
    vectors = Path(__file__).resolve().parent.parent / "Vectors" / "ledger" / "one-round"
    checkpoint = next(p for p in (vectors / "checkpoint", *vectors.glob("*/checkpoint")) if p.exists())
    records = lines(run("anchor", "--key", chain.work / "payer.json", "--blockhash", chain.blockhash(), checkpoint))
    outcome = chain.send(records[0])
    assert not isinstance(outcome, FailedTransactionMetadata), outcome.err()
    origin = checkpoint.read_text().splitlines()[0]
    assert any(origin in line for line in outcome.logs()), outcome.logs()
    answer = {"result": {"meta": {"err": None}, "transaction": [records[0]["transaction"], "base64"]}}
    found = run("anchor", "--check", chain.file("anchor.json", json.dumps(answer)), checkpoint)
    assert found.split() == [records[0]["id"], str(chain.payer.pubkey())]
    print(f"ok: the checkpoint of {origin[:24]}... is in the log of a transaction")


def program():
    """The bytes of the distributor's program, or nil with a line that says why."""
    path = os.environ.get("NOUS_DISTRIBUTOR_PROGRAM")
    if not path:
        print("skipped: the distributor is not executed, as NOUS_DISTRIBUTOR_PROGRAM names no dump of it")
        return None
    data = Path(path).read_bytes()
    assert hashlib.sha256(data).hexdigest() == PROGRAM_SHA256, f"{path} is another program"
    return data


def check_distributor(chain):
    """Jito's program takes our root, and pays our proofs."""
    data = program()
    if data is None:
        return
    chain.svm.add_program(PROGRAM, data)
    payer, work = chain.payer.pubkey(), chain.work
    chain.new_mint(payer)
    claimants = [chain.key(f"claimant{number}") for number in range(5)]
    rows = [(key.pubkey(), rng.randrange(1, 10**6), rng.randrange(1, 10**6)) for key in claimants]
    text = "pubkey,amount,locked_amount\n" + "".join(f"{k},{u / 1e6:.6f},{l / 1e6:.6f}\n" for k, u, l in rows)
    tree = work / "tree.json"
    run("tree", "--decimals", DECIMALS, "-o", tree, chain.file("claims.csv", text))
    summary = lines(run("tree", "--from-tree", "--summary", tree))[0]
    assert summary["total"] == str(sum(u + l for _, u, l in rows))
    now = chain.svm.get_clock().unix_timestamp
    times = {"--start": now + 10, "--end": now + 110, "--clawback": now + 110 + 86400, "--now": now}
    common = ("--mint", chain.mint, "--blockhash", chain.blockhash())
    bad = {**times, "--clawback": now + 120}
    refused = run("distributor", *common, "--key", work / "payer.json", *sum(bad.items(), ()), tree, status=65)
    assert "at least 86400 seconds after" in refused
    made = lines(run("distributor", *common, "--key", work / "payer.json", "--fund-decimals", DECIMALS,
                     *sum(times.items(), ()), tree))
    chain.execute(made)
    distributor, _ = Pubkey.find_program_address(
        [b"MerkleDistributor", bytes(chain.mint), int(summary["version"]).to_bytes(8, "little")], PROGRAM)
    account = chain.file("distributor.json", chain.dump([distributor]))
    # A tree in which one claims a base unit more.
    more = work / "more.json"
    greedy = text.replace(f"{rows[0][1] / 1e6:.6f}", f"{(rows[0][1] + 1) / 1e6:.6f}", 1)
    run("tree", "--decimals", DECIMALS, "-o", more, chain.file("greedy.csv", greedy))
    claim = ("claim", *common, "--key", work / "claimant0.json", "--distributor-version", summary["version"])
    chain.svm.airdrop(rows[0][0], SOL)
    assert "the distributor has root" in run(*claim, "--distributor-account", account, more, status=65)
    false = chain.refuse(lines(run(*claim, "--create-account", more))[0])
    assert "6002" in false, false
    for number, (key, unlocked, _) in enumerate(rows):
        chain.svm.airdrop(key, SOL)
        chain.execute(lines(run("claim", *common, "--key", work / f"claimant{number}.json", "--create-account",
                                "--distributor-account", account, tree)))
        assert chain.balance(get_associated_token_address(key, chain.mint)) == unlocked
    chain.svm.expire_blockhash()
    common = ("--mint", chain.mint, "--blockhash", chain.blockhash())
    twice = lines(run("claim", *common, "--key", work / "claimant0.json", tree))[0]
    print(f"ok: Jito's program pays 5 claims; a base unit too much is refused: {false}; "
          f"a second time is refused: {chain.refuse(twice)}")
    # Everybody but the claimant, and every other amount, is refused before or by the program.
    stranger = chain.key("stranger").pubkey()
    assert "there is no claim" in run("claim", *common, "--payer", stranger, tree, status=1)
    account = chain.file("distributor.json", chain.dump([distributor]))
    assert "all 5 claims have been fetched" in run(
        "claim", *common, "--key", work / "claimant0.json", "--distributor-account", account, tree, status=65)
    clock = chain.svm.get_clock()
    clock.unix_timestamp = now + 60
    chain.svm.set_clock(clock)
    for number, (key, unlocked, locked) in enumerate(rows):
        chain.execute(lines(run("claim", *common, "--locked", "--key", work / f"claimant{number}.json", tree)))
        got = chain.balance(get_associated_token_address(key, chain.mint))
        assert got == unlocked + locked * 50 // 100, (got, unlocked, locked)
    print("ok: half way to the end, half of what is locked is paid, rounded down")


def main():
    check_messages(1000)
    check_addresses(1000)
    with tempfile.TemporaryDirectory() as directory:
        chain = Chain(Path(directory))
        check_payouts(chain)
        check_tables(chain)
        check_nonces(chain)
        check_multisig(chain)
        check_token_2022(chain)
        check_reconciliation(chain)
        check_anchor(chain)
        check_distributor(chain)
        print(f"ok: {chain.executed} transactions of up to {chain.largest} bytes are read and written alike")


main()
