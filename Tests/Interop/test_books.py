"""Our books against hledger, ledger and beancount: `test_books.py TOOLS [HISTORIES]`.

Each history is a ledger of random joins, leaves, changes of keys, transfers, work, verdicts, disputes, settlements, instalments
and payments outside it, with amounts up to the largest u64 at nine decimals. Its balances are derived here once more, from docs/settlement.md. Our
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
from pathlib import Path

from beancount import loader
from beancount.core.data import Open, Transaction

from ledger_entries import Author, canonical

MAXIMUM = 2**64 - 1
TEMPLATE = Path(__file__).resolve().parent / "../Vectors/run/small.yaml"


def run(*command, **more):
    """What a program prints; it must end well."""
    done = subprocess.run(command, capture_output=True, text=not isinstance(more.get("input"), bytes), **more)
    if done.returncode:
        sys.exit(f"{sys.argv[0]}: {command}: {done.stdout}{done.stderr}")
    return done.stdout


class History:
    """What the rules make of a random sequence of records."""

    def __init__(self, seed):
        template = TEMPLATE.read_text()
        self.random = random.Random(seed)
        chooser = self.random
        self.keeper, self.verifier = self.author("operator"), self.author("verifier")
        self.workers = [self.author(f"worker {number}") for number in range(5)]
        supply = chooser.choice([MAXIMUM, 10**12, chooser.randrange(10**4, MAXIMUM)])
        self.reward = chooser.choice([0, supply // 7, chooser.randrange(supply)])
        self.slash = chooser.randrange(1_000_001)
        self.dispute = seed % 3
        self.unbonding = self.dispute + chooser.randrange(3)
        self.vesting = chooser.choice([0, 0, 1, 3])
        self.cliff = chooser.randrange(self.vesting + 1)
        self.minimum = chooser.choice([0, supply // 50])
        self.grants = {worker.name: chooser.randrange(supply // 8 + 1) for worker in self.workers}
        self.run = re.sub(r"decimals: \d+", "decimals: 9", template)
        self.run = re.sub(r'supply: "\d+"', f'supply: "{supply}"', self.run)
        self.run = re.sub(r'per_round: "\d+"', f'per_round: "{self.reward}"', self.run)
        terms = {"slash_ppm": self.slash, "dispute_rounds": self.dispute, "unbonding_rounds": self.unbonding,
                 "vesting_rounds": self.vesting, "cliff_rounds": self.cliff,
                 "minimum_payout": f'"{self.minimum}"' if self.minimum else 0}
        lines = "\n".join(f"  {name}: {value}" for name, value in terms.items() if value or name == "slash_ppm")
        self.run = re.sub(r"  slash_ppm: \d+", lines, self.run)
        self.digest = hashlib.sha256(self.run.encode()).hexdigest()
        self.supply, self.treasury = supply, supply - sum(self.grants.values())
        self.balances, self.stakes, self.members = dict(self.grants), {}, {}
        self.payees, self.debts, self.escrow, self.pending = {}, {}, {}, {}
        self.settled, self.earned, self.pay_to_come = 0, {}, {}
        self.exports, self.paid_out, self.rotations = 0, 0, 0
        self.pay_for_work, self.phases = {}, []

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
            kind = self.random.choice(["join", "leave", "transfer", "transfer", "rotate"])
            if kind == "join" and name not in self.members:
                stake, payout = self.amount(held), self.random.choice(self.workers).name
                if self.pay_to_come.get(name):
                    payout = self.payees[name]
                lines.append(author.entry({"type": "join", "payout": payout, "stake": str(stake), "throughput": 1,
                                           "round": number}))
                self.move(name, -stake)
                self.stakes[name], self.members[name], self.payees[name] = stake, None, payout
            elif kind == "leave" and name in self.members and self.members[name] is None:
                end = number + self.random.randrange(2)
                lines.append(author.entry({"type": "leave", "round": end}))
                self.members[name] = end
                self.release()
            elif kind == "rotate" and self.random.random() < 0.3 and (
                    held or any(name in table for table in (self.stakes, self.payees)) or name in self.payees.values()):
                lines.append(self.rotate(author))
            elif kind == "transfer" and held:
                amount, target = 1 + self.random.randrange(held), self.random.choice(self.workers).name
                if target == name:
                    target = "treasury"
                lines.append(author.entry({"type": "transfer", "from": name, "to": target, "amount": str(amount),
                                           "number": author.sequence, "memo": "a; memo: \"odd\""}))
                self.move(name, -amount)
                self.move(target, amount)
        return lines

    def rotate(self, author):
        """A worker's new key takes the place of its old one."""
        self.rotations += 1
        new = self.author(f"rotation {self.rotations}")
        new.log, old = author.log, author.name
        consent = {"type": "consent", "run": self.digest, "from": old, "to": new.name}
        consent["signature"] = new.signature(canonical(consent) + b"\n")
        line = author.entry({"type": "rotation", "consent": consent})
        for table in (self.balances, self.stakes, self.members, self.payees, self.debts, self.pay_to_come,
                      self.pay_for_work):
            if old in table:
                table[new.name] = table.pop(old)
        self.payees = {name: new.name if payee == old else payee for name, payee in self.payees.items()}
        self.earned = {number: [(new.name if name == old else name, amount) for name, amount in credits]
                       for number, credits in self.earned.items()}
        for works in self.pending.values():
            for work in works:
                if work["worker"] is author:
                    work["worker"], work["claimed"] = new, work["claimed"] or old
        self.workers[self.workers.index(author)] = new
        return line

    def move(self, account, amount):
        if account == "treasury":
            self.treasury += amount
        else:
            self.balances[account] = self.balances.get(account, 0) + amount
            if amount < 0:
                self.pay_for_work[account] = min(self.pay_for_work.get(account, 0), self.balances[account])

    def release(self):
        for name, end in list(self.members.items()):
            if end is not None and end - 1 + self.unbonding <= self.settled:
                del self.members[name]
                self.pay(name, self.stakes.pop(name))

    def pay(self, worker, amount):
        kept = min(amount, self.debts.get(worker, 0))
        self.debts[worker] = self.debts.get(worker, 0) - kept
        self.treasury += kept
        self.earn(self.payees[worker], amount - kept)

    def earn(self, account, amount):
        self.move(account, amount)
        self.pay_for_work[account] = self.pay_for_work.get(account, 0) + amount

    def work(self, number):
        """Work and verdicts of a round, and verdicts revised about rounds before it."""
        lines, self.pending[number] = [], []
        for earlier in self.pending.values():
            for work in earlier:
                if not work["revised"] and self.random.random() < 0.3:
                    word = self.random.choice(["accepted", "not-reproduced", "wrong-data"])
                    verdict = self.verifier.verdict(word, work["digest"], work["claimed"] or work["worker"].name,
                                                    self.digest, work["round"], work["tokens"])
                    lines.append(self.verifier.entry(
                        {"type": "revision", "revises": work["verdict"], "verdict": json.loads(verdict)}))
                    work["word"], work["revised"] = word, True
        for worker in self.workers:
            takes_part = worker.name in self.members and self.members[worker.name] in (None, number + 1)
            if not takes_part or self.random.random() < 0.3:
                continue
            tokens = self.random.choice([0, 1, 2**53 - 1, self.random.randrange(10**6)])
            word = self.random.choice(["accepted", "accepted", "accepted", "not-reproduced", "wrong-data"])
            record, digest = worker.contribution(self.digest, number, tokens)
            verdict = self.verifier.verdict(word, digest, worker.name, self.digest, number, tokens)
            lines += [record, verdict]
            unsigned = {name: value for name, value in json.loads(verdict).items() if name != "signature"}
            self.pending[number].append({
                "worker": worker, "tokens": tokens, "word": word, "round": number, "digest": digest,
                "stake": self.stakes[worker.name], "revised": False, "claimed": None,
                "verdict": hashlib.sha256(canonical(unsigned) + b"\n").hexdigest()})
        return lines

    def settle(self, number):
        """What the settlement of a round moves."""
        pool = 0 if self.dispute and not self.pending[number] else min(self.reward, self.treasury)
        if self.dispute:
            self.treasury -= pool
            self.escrow[number] = pool
        self.settled, final = number, number - self.dispute
        if final > 0:
            self.finish(final, self.escrow.pop(final) if self.dispute else pool)
        due = {}
        for earned, credits in self.earned.items():
            waited = number - earned
            for name, amount in credits if 0 < waited <= self.vesting else []:
                part = self.vested(amount, waited) - self.vested(amount, waited - 1)
                due[name] = due.get(name, 0) + part
        for name in sorted(due):
            self.pay_to_come[name] -= due[name]
            self.pay(name, due[name])
        self.release()

    def vested(self, amount, waited):
        return 0 if waited < self.cliff else amount * waited // self.vesting

    def finish(self, number, pool):
        """Pays and slashes for a round that is final."""
        works = sorted(self.pending.pop(number), key=lambda work: work["worker"].public)
        paid = [work for work in works if work["word"] == "accepted"]
        total, credits = sum(work["tokens"] for work in paid), []
        if total:
            shares = [pool * work["tokens"] // total for work in paid]
            rest = sorted(range(len(paid)), key=lambda place: (-(pool * paid[place]["tokens"] % total), place))
            for place in rest[:pool - sum(shares)]:
                shares[place] += 1
            credits = [(work["worker"].name, share) for work, share in zip(paid, shares)]
        if not self.dispute:
            self.treasury -= pool
        self.treasury += pool - sum(share for _, share in credits)
        if self.vesting:
            self.earned[self.settled] = credits
        for name, share in credits:
            if self.vesting:
                self.pay_to_come[name] = self.pay_to_come.get(name, 0) + share
            else:
                self.pay(name, share)
        for work in works:
            if work["word"] == "not-reproduced":
                name, loss = work["worker"].name, work["stake"] * self.slash // 1_000_000
                taken = min(loss, self.stakes[name])
                self.stakes[name] -= taken
                self.treasury += taken
                self.debts[name] = min(self.debts.get(name, 0) + loss - taken, self.supply)

    def export(self):
        """The list of what is paid outside the ledger, if anything is."""
        payments = [(name, paid) for name, paid in self.pay_for_work.items() if paid >= max(1, self.minimum)]
        key = {worker.name: worker.public for worker in self.workers}
        payments.sort(key=lambda payment: key[payment[0]])
        if payments:
            self.exports += 1
        for name, amount in payments:
            self.balances[name] -= amount
            del self.pay_for_work[name]
        return payments

    def reconcile(self, payments):
        """Lines that say what became of each payment, some of which failed."""
        lines = []
        for name, amount in payments:
            state = self.random.choice(["paid", "paid", "failed"])
            if state == "paid":
                self.paid_out += amount
            else:
                self.earn(name, amount)
            lines.append({"type": "payment", "recipient": name, "amount": str(amount), "state": state})
        return "".join(json.dumps(line) + "\n" for line in lines)

    def check(self):
        """The amounts by account of the books."""
        books = {"Assets:Treasury": self.treasury, "Equity:Supply": -self.supply}
        books |= {f"Assets:Accounts:N-{name}": held for name, held in self.balances.items()}
        books |= {f"Assets:Stakes:N-{name}": held for name, held in self.stakes.items()}
        books |= {f"Assets:Vesting:N-{name}": held for name, held in self.pay_to_come.items()}
        books |= {f"Assets:Escrow:R-{number}": held for number, held in self.escrow.items()}
        books["Expenses:PaidOut"] = self.paid_out
        assert sum(books.values()) == 0, "conservation"
        return {account: amount for account, amount in books.items() if amount}


def play(history, rounds, ledger):
    """Makes the ledger L of a history, and its files, in the current directory."""
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
    for author in [*history.workers, history.verifier]:
        author.log = log
    for number in range(1, rounds + 1):
        for lines in (history.before_round(number), None, history.work(number)):
            if lines is None:
                ledger("open", "L", "--round", str(number), "--operator-key", "operator.json")
            elif lines:
                ledger("append", "L", "--operator-key", "operator.json", input=b"".join(lines))
                history.phases.append((number, lines))
        history.settle(number)
        ledger("settle", "L", "--round", str(number), "--empty", "--operator-key", "operator.json")
        payments = history.export() if history.random.random() < 0.3 else []
        if payments:
            arguments = ["L", "--number", str(history.exports), "--operator-key", "operator.json"]
            ledger("export", *arguments, "-o", "list.csv")
            rows = "".join(f"{name},{amount}\n" for name, amount in payments)
            assert open("list.csv").read() == "recipient,amount\n" + rows, "export"
            ledger("pay", *arguments, "list.csv")
            ledger("reconcile", *arguments, "-", input=history.reconcile(payments))


def settlements(ledger, name):
    entries = [json.loads(line) for line in ledger("log", "--json", name).splitlines()]
    return [entry["body"] for entry in entries if entry["body"]["type"] == "settlement"]


def check_order(history, rounds, ledger):
    """Work and verdicts in another order lead to the same settlements."""
    shutil.copytree("L", "first")
    shutil.rmtree("L")
    grants = [text for name, held in history.grants.items() for text in ("--grant", f"{name}={held}")]
    ledger("init", "L", "--run", "run.yaml", "--operator-key", "operator.json", "--verifier",
           history.verifier.name, *grants)
    for number in range(1, rounds + 1):
        phases = [lines for phase, lines in history.phases if phase == number]
        for lines in phases:
            kinds = [json.loads(line).get("type", "") for line in lines]
            if "contribution" in kinds:
                ledger("open", "L", "--round", str(number), "--operator-key", "operator.json")
                work = [[line for line, found in zip(lines, kinds) if found == kind]
                        for kind in ("", "contribution", "verdict")]
                history.random.shuffle(work[1])
                history.random.shuffle(work[2])
                lines = sum(work, [])
            ledger("append", "L", "--operator-key", "operator.json", input=b"".join(lines))
        ledger("open", "L", "--round", str(number), "--operator-key", "operator.json")
        ledger("settle", "L", "--round", str(number), "--empty", "--operator-key", "operator.json")
    assert settlements(ledger, "L") == settlements(ledger, "first"), "another order, other settlements"
    shutil.rmtree("first")


def units(text):
    """Base units of an amount such as -12.500000000."""
    value = Decimal(text) * 10**9
    assert value == value.to_integral_value()
    return int(value)


def main():
    tools = os.path.abspath(sys.argv[1])
    count = int(sys.argv[2]) if len(sys.argv) > 2 else 200
    home = tempfile.mkdtemp(dir=os.environ.get("TMPDIR"))
    os.chdir(home)

    def ledger(*arguments, **more):
        return run(f"{tools}/nous-ledger", *arguments, **more)

    entries = postings = permuted = 0
    for seed in range(count):
        history = History(seed)
        play(history, 2 + seed % 5, ledger)
        expected = history.check()
        balances = [json.loads(line) for line in ledger("balance", "--json", "L").splitlines()]
        ours = {"Equity:Supply": -history.supply}
        for row in balances:
            name = row["account"]
            ours["Assets:Treasury" if name == "treasury" else f"Assets:Accounts:N-{name}"] = int(row["balance"])
            ours[f"Assets:Stakes:N-{name}"] = int(row["stake"])
            ours[f"Assets:Vesting:N-{name}"] = int(row["vesting"])
            assert int(row["owes"]) == history.debts.get(name, 0), f"debts, seed {seed}"
        places = json.loads(ledger("audit", "--json", "L"))
        assert int(places["escrow"]) == sum(history.escrow.values()), f"escrow, seed {seed}"
        ours |= {f"Assets:Escrow:R-{number}": held for number, held in history.escrow.items()}
        ours["Expenses:PaidOut"] = int(places["paid_out"])
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
        if seed % 10 < 3:
            check_order(history, 2 + seed % 5, ledger)
            permuted += 1
    os.chdir("/")
    shutil.rmtree(home)
    print(f"{count} histories, {entries} transactions, {postings} balances: hledger, ledger and beancount agree")
    print(f"{permuted} histories with work and verdicts in another order have the same settlements")
    print("ok")


if __name__ == "__main__":
    main()
