"""Solana's virtual machine LiteSVM, and what `nous-ledger solana` makes to be executed in it."""
import base64
import hashlib
import json
import random
import re
import subprocess
import sys
from pathlib import Path

from solders.hash import Hash
from solders.keypair import Keypair
from solders.litesvm import LiteSVM
from solders.token import ID as TOKEN_PROGRAM_ID
from solders.token.associated import get_associated_token_address
from solders.transaction import VersionedTransaction
from solders.transaction_metadata import FailedTransactionMetadata

LIMIT = 1232
DECIMALS = 6
SOL = 10**9
RECIPIENTS = 500
tools = Path(sys.argv[1]).absolute()
rng = random.Random(7)


def run(*arguments, status=0, given=None):
    """What `nous-ledger solana` prints; it must end with `status`, or as it likes if that is None."""
    command = [tools / "nous-ledger", "solana", *map(str, arguments)]
    done = subprocess.run(command, capture_output=True, text=True, input=given)
    assert done.returncode == status or status is None, (arguments, done.returncode, done.stderr)
    return done.stdout + done.stderr if status else done.stdout


def lines(text):
    return [json.loads(line) for line in text.splitlines()]


def ask(questions):
    """The answers of our library."""
    text = "".join(json.dumps(question) + "\n" for question in questions)
    done = subprocess.run([tools / "interop-solana"], input=text, capture_output=True, text=True, check=True)
    return done.stdout.splitlines()


class Chain:
    """LiteSVM, a payer with money, and a mint whose tokens the payer owns."""

    def __init__(self, work):
        self.work = work
        self.svm = LiteSVM().with_transaction_history(100_000).with_blockhash_check(True)
        self.payer = self.key("payer")
        self.svm.airdrop(self.payer.pubkey(), 10_000 * SOL)
        self.largest = self.executed = 0

    def key(self, name):
        """A new key, kept in a file."""
        key = Keypair.from_seed(rng.randbytes(32))
        (self.work / f"{name}.json").write_text(str(list(bytes(key))))
        return key

    def file(self, name, text):
        (self.work / name).write_text(text)
        return self.work / name

    def blockhash(self):
        return str(self.svm.latest_blockhash())

    def expire(self):
        """A later slot with another blockhash; gives the one before, which is recent."""
        self.svm.expire_blockhash()
        slot = self.svm.get_clock().slot + 20
        self.svm.warp_to_slot(slot)
        self.svm.set_slot_hashes([(slot - age, Hash(rng.randbytes(32))) for age in range(1, 20)])
        return slot - 1

    def send(self, record):
        """Executes a record's transaction, whose bytes the Rust code must read and write alike."""
        data = base64.b64decode(record["transaction"])
        assert len(data) == record["size"] <= LIMIT
        assert hashlib.sha256(data[1 + 64 * data[0]:]).hexdigest() == record["message_sha256"]
        transaction = VersionedTransaction.from_bytes(data)
        assert bytes(transaction) == data
        self.largest, self.executed = max(self.largest, len(data)), self.executed + 1
        outcome = self.svm.send_transaction(transaction)
        if not isinstance(outcome, FailedTransactionMetadata):
            assert outcome.fee() == int(record["fee"]), (outcome.fee(), record["fee"])
        return outcome

    def execute(self, records):
        for record in records:
            if record["type"] == "lookup-table":
                continue
            outcome = self.send(record)
            assert not isinstance(outcome, FailedTransactionMetadata), (outcome.err(), outcome.meta().logs()[-3:])

    def refuse(self, record):
        """What the chain says of a transaction that it must refuse."""
        outcome = self.send(record)
        assert isinstance(outcome, FailedTransactionMetadata), "executed"
        return re.sub(r"\s+|TransactionError\w*\.?|Fieldless|Tagged|InstructionError(?=C)", "", str(outcome.err()))

    def balance(self, account):
        found = self.svm.get_account(account)
        return int.from_bytes(found.data[64:72], "little") if found and len(found.data) >= 165 else 0

    def dump(self, addresses):
        """What a node answers to getMultipleAccounts."""
        found = [self.svm.get_account(a) for a in addresses]
        return json.dumps({"jsonrpc": "2.0", "id": 1, "result": {"context": {"slot": 1}, "value": [
            a and {"data": [base64.b64encode(a.data).decode(), "base64"], "executable": a.executable,
                   "lamports": a.lamports, "owner": str(a.owner), "rentEpoch": a.rent_epoch, "space": len(a.data)}
            for a in found]}})

    def sign(self, records, *keys):
        text = "".join(json.dumps(record) + "\n" for record in records)
        arguments = [argument for key in keys for argument in ("--key", self.work / f"{key}.json")]
        return lines(run("sign", *arguments, "--complete", given=text))

    def new_mint(self, owner, amount=10**15, program=TOKEN_PROGRAM_ID):
        """A mint of 6 decimals; all of it is in the token account of `owner`."""
        mint = self.key("mint").pubkey()
        self.program = program
        made = ask([{"ask": "mint", "payer": str(self.payer.pubkey()), "owner": str(owner), "mint": str(mint),
                     "program": str(program), "decimals": DECIMALS, "amount": str(amount), "blockhash": self.blockhash()}])
        self.execute(self.sign(lines(made[0]), "payer", "mint"))
        self.mint, self.source = mint, get_associated_token_address(owner, mint, program)
        assert self.balance(self.source) == amount

    def make_list(self, count=RECIPIENTS):
        """A file with payments in random order, some recipients twice; and what each is due."""
        due = {Keypair.from_seed(rng.randbytes(32)).pubkey(): 0 for _ in range(count)}
        rows = [(key, rng.randrange(1, 10**9)) for key in [*due, *rng.sample(list(due), count // 20)]]
        rng.shuffle(rows)
        for key, amount in rows:
            due[key] += amount
        text = "recipient,amount\n" + "".join(f"{key},{amount}\n" for key, amount in rows)
        return self.file("list.csv", text), due

    def token(self):
        return "--mint", self.mint, "--decimals", DECIMALS

    def check_paid(self, due, spent_before=10**15):
        for key, amount in due.items():
            account = get_associated_token_address(key, self.mint, self.program)
            assert self.balance(account) == amount, key
        assert self.balance(self.source) == spent_before - sum(due.values())

    def answers(self, records, send):
        """Executes records and gives a node's answers about them, balances included."""
        answers = []
        for record in records:
            accounts = [(i, p["token_account"]) for i, p in enumerate(self.accounts_of(record))]
            before = self.balances(accounts)
            outcome = send(record)
            failed = isinstance(outcome, FailedTransactionMetadata)
            answers.append({"jsonrpc": "2.0", "id": 1, "result": {
                "slot": 1, "blockTime": 1, "version": 0,
                "meta": {"err": {"InstructionError": [0, "x"]} if failed else None, "fee": 5000,
                         "preTokenBalances": before, "postTokenBalances": self.balances(accounts)},
                "transaction": [record["transaction"], "base64"]}})
        return answers

    def accounts_of(self, record):
        message = VersionedTransaction.from_bytes(base64.b64decode(record["transaction"])).message
        return [{"token_account": key} for key in message.account_keys]

    def balances(self, accounts):
        return [{"accountIndex": i, "mint": str(self.mint),
                 "uiTokenAmount": {"amount": str(self.balance(a)), "decimals": DECIMALS, "uiAmount": 0.5}}
                for i, a in accounts if (f := self.svm.get_account(a)) and len(f.data) == 165]
