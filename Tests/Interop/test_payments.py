#!/usr/bin/env python3
"""From work in a ledger to money on Solana and back: `test_payments.py TOOLS`.

A ledger with 250 workers pays a round, exports what they earned, and pays the export with transactions that
Solana's virtual machine executes. One worker cannot be paid and is left out; some payments fail. What is reconciled is booked, what failed is exported again. In the end
each wallet holds on chain what the ledger says it was paid, and nobody was paid twice.
"""
import hashlib
import json
import re
import subprocess
import sys
import tempfile
from pathlib import Path

from solders.keypair import Keypair
from solders.token.associated import get_associated_token_address

from ledger_entries import Author
from solana_chain import Chain, lines, rng, run, tools

WORKERS = 250
REWARD = 10**9
RUN_FILE = Path(__file__).parent / "../Vectors/run/small.yaml"


def ledger(*arguments, status=0, given=None):
    """What `nous-ledger` prints; it must end with `status`."""
    done = subprocess.run([tools / "nous-ledger", *map(str, arguments)], capture_output=True, text=True, input=given)
    assert done.returncode == status, (arguments, done.returncode, done.stderr)
    return done.stdout if status == 0 else done.stderr


class Run:
    """A ledger, and workers that are paid to wallets of their own."""

    def __init__(self, work, unpayable):
        """The last worker names a wallet that no payout pays: the one that the money comes from."""
        self.path = work / "ledger"
        names = ["operator", "verifier"] + [f"worker {number}" for number in range(WORKERS)]
        self.keeper, self.verifier, *self.workers = [Author(hashlib.sha256(name.encode()).digest()) for name in names]
        self.wallets = [Keypair.from_seed(rng.randbytes(32)).pubkey() for _ in self.workers]
        (work / "operator.json").write_text(self.keeper.file)
        self.operator = ("--operator-key", work / "operator.json")
        text = re.sub(r"decimals: \d+", "decimals: 6", RUN_FILE.read_text())
        text = re.sub(r'supply: "\d+"', f'supply: "{10 * REWARD}"', text)
        text = re.sub(r'per_round: "\d+"', f'per_round: "{REWARD}"\n  minimum_payout: "1000"', text)
        (work / "run.yaml").write_text(text)
        self.digest = hashlib.sha256(text.encode()).hexdigest()
        ledger("init", self.path, "--run", work / "run.yaml", *self.operator, "--verifier", self.verifier.name)
        log = hashlib.sha256(ledger("log", "--json", self.path).encode()).hexdigest()
        joins = []
        self.wallets[-1] = unpayable
        for author, wallet in zip(self.workers, self.wallets):
            author.log = log
            joins.append(author.entry({"type": "join", "payout": str(wallet), "stake": "0", "throughput": 1, "round": 1}))
        self.append(joins)

    def append(self, records):
        ledger("append", self.path, *self.operator, given=b"".join(records).decode())

    def round(self, number):
        """Plays a round; the first workers do so little that they earn less than the least payout."""
        ledger("open", self.path, "--round", number, *self.operator)
        records = []
        for place, worker in enumerate(self.workers):
            tokens = 1 if place < 5 else rng.randrange(10**6, 10**7)
            work, digest = worker.contribution(self.digest, number, tokens)
            records += [work, self.verifier.verdict("accepted", digest, worker.name, self.digest, number, tokens)]
        self.append(records)
        ledger("settle", self.path, "--round", number, *self.operator)

    def balances(self):
        rows = lines(ledger("balance", "--json", self.path))
        return {row["account"]: int(row["balance"]) for row in rows if row["account"] != "treasury"}

    def audit(self):
        return json.loads(ledger("audit", "--json", self.path))


def main():
    with tempfile.TemporaryDirectory() as directory:
        work = Path(directory)
        chain = Chain(work)
        payer = chain.payer.pubkey()
        books = Run(work, payer)
        chain.new_mint(payer, amount=REWARD * 2 // 3)

        def export(number):
            text = ledger("export", books.path, "--number", number, "--except", payer, *books.operator)
            assert text == ledger("export", books.path, "--number", number, *books.operator)
            return chain.file(f"list-{number}.csv", text)

        def payout(number, *more):
            """A payout of an export, signed, with its memo."""
            text = run("payout", *chain.token(), "--create-accounts", "--key", work / "payer.json", "--blockhash",
                       chain.blockhash(), "--run", books.digest, "--round", number, "--root",
                       books.audit()["root"], *more, work / f"list-{number}.csv")
            return text, chain.file(f"payout-{number}.ndjson", text)

        def pay(number, file, status=0):
            return ledger("pay", books.path, file, "--number", number, *books.operator, status=status)

        def reconcile(number, answers, file):
            report = chain.file("answers.json", json.dumps(answers))
            outcomes = run("reconcile", "--json", "--payout", file, report, status=None)
            arguments = (books.path, "--number", number, "-", *books.operator)
            ledger("reconcile", *arguments, given=outcomes)
            ledger("reconcile", *arguments, given=outcomes)

        def on_chain():
            found = {str(wallet): chain.balance(get_associated_token_address(wallet, chain.mint))
                     for wallet in books.wallets if wallet != payer}
            return {wallet: amount for wallet, amount in found.items() if amount}

        books.round(1)
        earned = books.balances()
        assert sum(earned.values()) == REWARD
        export(1)
        waiting = books.balances()
        assert waiting == {wallet: amount for wallet, amount in earned.items() if amount < 1000 or wallet == str(payer)}
        assert len(waiting) > 1
        text, file = payout(1)
        before = books.audit()
        pay(1, file)
        pay(1, file)
        _, other = payout(1, "--at-most", 5)
        assert "could pay twice" in pay(1, other, status=1)
        short = chain.file("short.ndjson", "".join(text.splitlines(True)[:-1]))
        assert "are not batches" in pay(1, short, status=65)
        stray = run("nonce", "create", "--key", work / "payer.json", "--blockhash", chain.blockhash())
        assert "another transaction" in pay(1, chain.file("more.ndjson", text + stray), status=65)
        foreign = run("payout", "--mint", chain.mint, "--decimals", 9, "--create-accounts", "--key", work / "payer.json",
                      "--blockhash", chain.blockhash(), work / "list-1.csv")
        assert "a token of 6 decimals" in pay(1, chain.file("foreign.ndjson", foreign), status=65)
        pay(1, chain.file("reversed.ndjson", "".join(reversed(text.splitlines(True)))))
        answers = chain.answers(lines(text), chain.send)
        assert ledger("reconcile", books.path, "--number", 1, "-", *books.operator, status=1,
                      given=run("reconcile", "--json", "--payout", chain.file("payout-1.ndjson", text),
                                chain.file("answers.json", json.dumps(answers[1:])), status=None))
        reconcile(1, answers, file)
        paid = on_chain()
        after = books.audit()
        assert int(before["payable"]) == REWARD - sum(waiting.values()) and after["payable"] == "0"
        assert int(after["paid_out"]) == sum(paid.values())
        failed = {wallet: amount for wallet, amount in earned.items() if wallet not in paid}
        assert books.balances() == failed and len(failed) > len(waiting) and paid, "the source holds two thirds of it"
        assert paid == {wallet: amount for wallet, amount in earned.items() if wallet not in failed}
        print(f"ok: {len(paid)} of {WORKERS} wallets hold what the ledger exported; the rest is theirs again")

        books.round(2)
        earned = books.balances()
        chain.new_mint(payer, amount=2 * REWARD)
        export(2)
        waiting = books.balances()
        text, file = payout(2)
        pay(2, file)
        reconcile(2, chain.answers(lines(text), chain.send), file)
        assert on_chain() == {wallet: amount for wallet, amount in earned.items() if wallet not in waiting}
        assert books.balances() == waiting
        total = books.audit()
        assert int(total["paid_out"]) + sum(waiting.values()) == 2 * REWARD == int(total["paid"])
        assert "no payout account holds" in ledger("export", books.path, "--number", 3, "--except", payer,
                                                   *books.operator, status=1)
        print("ok: the next export pays what failed; chain and ledger agree to the base unit")


main()
