"""Our books against hledger, ledger and beancount: `test_books.py TOOLS [HISTORIES]`.

Each history is a ledger of random joins, leaves, transfers, work, verdicts and settlements with amounts up
to the largest u64 at nine decimals. Its balances are derived here once more, from docs/settlement.md. Our
books carry a balance after every posting, which `hledger check -s` and `ledger --pedantic` recompute; the
library of beancount recomputes them transaction by transaction. All three and `nous-ledger balance` must
agree with the derivation to the base unit.
"""
import csv
import hashlib
import io
import json
import os
import random
import re
import shutil
import subprocess
import sys
import tempfile
from decimal import Decimal

from beancount import loader
from beancount.core.data import Open, Transaction

from ledger_entries import Author

MAXIMUM = 2**64 - 1


class History:
    """What the rules make of a random sequence of records."""

    def __init__(self, seed, template):
        self.random = random.Random(seed)
        chooser = self.random
        self.keeper, self.verifier = self.author("operator"), self.author("verifier")
        self.workers = [self.author(f"worker {number}") for number in range(5)]
        supply = chooser.choice([MAXIMUM, 10**12, chooser.randrange(10**4, MAXIMUM)])
        self.reward = chooser.choice([0, supply // 7, chooser.randrange(supply)])
        self.slash = chooser.randrange(1_000_001)
        self.grants = {worker.name: chooser.randrange(supply // 8 + 1) for worker in self.workers}
        self.run = re.sub(r"decimals: \d+", "decimals: 9", template)
        self.run = re.sub(r'supply: "\d+"', f'supply: "{supply}"', self.run)
        self.run = re.sub(r'per_round: "\d+"', f'per_round: "{self.reward}"', self.run)
        self.run = re.sub(r"slash_ppm: \d+", f"slash_ppm: {self.slash}", self.run)
        self.digest = hashlib.sha256(self.run.encode()).hexdigest()
        self.supply, self.treasury = supply, supply - sum(self.grants.values())
        self.balances, self.stakes, self.members = dict(self.grants), {}, {}
        self.expected = []

    @staticmethod
    def author(phrase):
        return Author(hashlib.sha256(phrase.encode()).digest())

    def amount(self, limit):
        return self.random.choice([0, limit, self.random.randrange(limit + 1)])

    def before_round(self, number):
        """Entries of members before a round opens."""
        lines = []
        for _ in range(self.random.randrange(16)):
            author = self.random.choice(self.workers)
            name, held = author.name, self.balances.get(author.name, 0)
            kind = self.random.choice(["join", "leave", "transfer", "transfer"])
            if kind == "join" and name not in self.members:
                stake, payout = self.amount(held), self.random.choice(self.workers).name
                lines.append(author.entry({"type": "join", "payout": payout, "stake": str(stake), "throughput": 1,
                                           "round": number}))
                self.move(name, -stake)
                self.stakes[name], self.members[name] = stake, [payout, None]
            elif kind == "leave" and name in self.members and self.members[name][1] is None:
                end = number + self.random.randrange(2)
                lines.append(author.entry({"type": "leave", "round": end}))
                self.members[name][1] = end
                if end == number:
                    self.release(name)
            elif kind == "transfer" and held:
                amount, target = 1 + self.random.randrange(held), self.random.choice(self.workers).name
                if target == name:
                    target = "treasury"
                lines.append(author.entry({"type": "transfer", "from": name, "to": target, "amount": str(amount),
                                           "number": author.sequence, "memo": "a; memo: \"odd\""}))
                self.move(name, -amount)
                self.move(target, amount)
        return lines

    def move(self, account, amount):
        if account == "treasury":
            self.treasury += amount
        else:
            self.balances[account] = self.balances.get(account, 0) + amount

    def release(self, name):
        payout, _ = self.members.pop(name)
        self.move(payout, self.stakes.pop(name))

    def work(self, number):
        """Work and verdicts of a round, and what its settlement moves."""
        lines, paid, lies = [], [], []
        for worker in self.workers:
            if worker.name not in self.members or self.random.random() < 0.3:
                continue
            tokens = self.random.choice([0, 1, 2**53 - 1, self.random.randrange(10**6)])
            word = self.random.choice(["accepted", "accepted", "accepted", "not-reproduced", "wrong-data"])
            record, digest = worker.contribution(self.digest, number, tokens)
            lines += [record, self.verifier.verdict(word, digest, worker.name, self.digest, number, tokens)]
            if word == "accepted":
                paid.append((worker, tokens))
            elif word == "not-reproduced":
                lies.append(worker.name)
        pool = min(self.reward, self.treasury)
        total = sum(tokens for _, tokens in paid)
        paid.sort(key=lambda pair: pair[0].public)
        if total:
            shares = [pool * tokens // total for _, tokens in paid]
            rest = sorted(range(len(paid)), key=lambda place: (-(pool * paid[place][1] % total), place))
            for place in rest[:pool - sum(shares)]:
                shares[place] += 1
            for (worker, _), share in zip(paid, shares):
                self.treasury -= share
                self.move(self.members[worker.name][0], share)
        for name in lies:
            loss = self.stakes[name] * self.slash // 1_000_000
            self.stakes[name] -= loss
            self.treasury += loss
        for name in [name for name, member in self.members.items() if member[1] == number + 1]:
            self.release(name)
        return lines

    def check(self):
        """The amounts by account of the books."""
        books = {"Assets:Treasury": self.treasury, "Equity:Supply": -self.supply}
        books |= {f"Assets:Accounts:N-{name}": held for name, held in self.balances.items()}
        books |= {f"Assets:Stakes:N-{name}": held for name, held in self.stakes.items()}
        assert sum(books.values()) == 0, "conservation"
        return {account: amount for account, amount in books.items() if amount}


def units(text):
    """Base units of an amount such as -12.500000000."""
    value = Decimal(text) * 10**9
    assert value == value.to_integral_value()
    return int(value)


def main():
    tools = os.path.abspath(sys.argv[1])
    count = int(sys.argv[2]) if len(sys.argv) > 2 else 200
    with open(os.path.join(os.path.dirname(os.path.abspath(__file__)), "../Vectors/run/small.yaml")) as file:
        template = file.read()
    home = tempfile.mkdtemp(dir=os.environ.get("TMPDIR"))
    os.chdir(home)

    def run(*command, **more):
        done = subprocess.run(command, capture_output=True, text=not isinstance(more.get("input"), bytes), **more)
        if done.returncode:
            sys.exit(f"test_books: {command}: {done.stdout}{done.stderr}")
        return done.stdout

    def ledger(*arguments, **more):
        return run(f"{tools}/nous-ledger", *arguments, **more)

    entries = postings = 0
    for seed in range(count):
        history = History(seed, template)
        for name, author in (("operator", history.keeper), ("verifier", history.verifier)):
            with open(f"{name}.json", "w") as file:
                file.write(author.file)
        with open("run.yaml", "w") as file:
            file.write(history.run)
        grants = [text for name, held in history.grants.items() for text in ("--grant", f"{name}={held}")]
        shutil.rmtree("L", ignore_errors=True)
        ledger("init", "L", "--run", "run.yaml", "--operator-key", "operator.json", "--verifier",
               history.verifier.name, *grants)
        log = hashlib.sha256(ledger("log", "--json", "L").encode()).hexdigest()
        for author in history.workers:
            author.log = log
        for number in range(1, 2 + seed % 3):
            for lines in (history.before_round(number), None, history.work(number)):
                if lines is None:
                    ledger("open", "L", "--round", str(number), "--operator-key", "operator.json")
                elif lines:
                    ledger("append", "L", "--operator-key", "operator.json", input=b"".join(lines))
            ledger("settle", "L", "--round", str(number), "--empty", "--operator-key", "operator.json")
        expected = history.check()
        balances = [json.loads(line) for line in ledger("balance", "--json", "L").splitlines()]
        ours = {"Equity:Supply": -history.supply}
        for row in balances:
            name = row["account"]
            ours["Assets:Treasury" if name == "treasury" else f"Assets:Accounts:N-{name}"] = int(row["balance"])
            ours[f"Assets:Stakes:N-{name}"] = int(row["stake"])
        assert {account: held for account, held in ours.items() if held} == expected, f"balances, seed {seed}"

        ledger("books", "L", "-o", "books.journal")
        ledger("books", "L", "--format", "beancount", "-o", "books.beancount")
        run("hledger", "-f", "books.journal", "check", "-s")
        table = csv.reader(io.StringIO(run("hledger", "-f", "books.journal", "balance", "-O", "csv", "--flat",
                                           "--no-total")))
        theirs = {row[0]: units(row[1].split()[0]) for row in list(table)[1:]}
        assert theirs == expected, f"hledger, seed {seed}"
        text = run("ledger", "--args-only", "--pedantic", "-f", "books.journal", "balance", "--flat", "--no-total",
                   "--balance-format", "%(account)\t%(quantity(scrub(total)))\n")
        theirs = dict(line.strip().split("\t") for line in text.splitlines() if line.strip())
        theirs = {account: units(amount) for account, amount in theirs.items()}
        assert theirs == expected, f"ledger, seed {seed}: {theirs} {expected}"

        found, errors, _ = loader.load_file("books.beancount")
        assert not errors, f"beancount, seed {seed}: {errors}"
        asserted = re.findall(r"^    (\S+)  \S+ NOUS = (\S+) NOUS", open("books.journal").read(), re.M)
        running, place = {}, 0
        for transaction in [entry for entry in found if isinstance(entry, Transaction)]:
            entries += 1
            for posting in transaction.postings:
                running[posting.account] = running.get(posting.account, 0) + posting.units.number
                assert (posting.account, running[posting.account]) == (
                    asserted[place][0], Decimal(asserted[place][1])), f"beancount, seed {seed}"
                place += 1
        assert place == len(asserted)
        postings += place
        assert {account: units(held) for account, held in running.items() if held} == expected
        assert sum(isinstance(entry, Open) for entry in found) == len(running)
    os.chdir("/")
    shutil.rmtree(home)
    print(f"{count} histories, {entries} transactions, {postings} balances: hledger, ledger and beancount agree")
    print("ok")


main()
