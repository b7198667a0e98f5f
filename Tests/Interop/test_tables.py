"""Our tables against Python's own sqlite3 and csv: `test_tables.py TOOLS [HISTORIES]`.

The ledgers are those random ones of test_books.py, with amounts up to the largest u64. A database, CSV and
NDJSON must hold the same rows; what moved must add up to `nous-ledger balance` and `audit`, in Python's integers
and by `decimal_sum` in the program sqlite3; questions must have the answers that sqlite3 gives.
"""
import csv
import json
import os
import shutil
import sqlite3
import subprocess
import sys
import tempfile

from test_books import History, play, run

CHANGES = """SELECT kind, id, decimal_sum(change) FROM (
    SELECT destination_kind AS kind, destination_id AS id, amount AS change FROM movements UNION ALL
    SELECT source_kind, source_id, '-' || amount FROM movements) GROUP BY kind, id"""
QUESTIONS = [
    CHANGES,
    "SELECT * FROM movements ORDER BY amount COLLATE decimal, entry, place",
    "SELECT * FROM movements ORDER BY length(amount), amount, entry, place",
    "SELECT reason, count(*), decimal_sum(amount) FROM movements GROUP BY reason",
    "SELECT round, worker, v.outcome, o.outcome FROM outcomes AS o JOIN contributions AS c USING (round, worker)"
    " JOIN verdicts AS v USING (contribution) ORDER BY o.entry, v.entry",
]


def rows_of_database(path):
    database = sqlite3.connect(path)
    assert database.execute("PRAGMA user_version").fetchone() == (1,)
    assert database.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    tables = {}
    for (name,) in database.execute("SELECT name FROM sqlite_schema WHERE type = 'table'"):
        cursor = database.execute(f"SELECT * FROM {name}")
        names = [column[0] for column in cursor.description]
        tables[name] = [dict(zip(names, row)) for row in cursor]
    database.close()
    return tables


def rows_of_csv(path):
    """Cells are text there; what holds nothing is empty."""
    tables = {}
    for name in os.listdir(path):
        with open(os.path.join(path, name), newline="", encoding="utf-8") as file:
            tables[name.removesuffix(".csv")] = list(csv.DictReader(file, strict=True))
    return tables


def rows_of_lines(text):
    tables = {}
    for line in text.splitlines():
        row = json.loads(line)
        tables.setdefault(row.pop("table"), []).append(row)
    return tables


def in_order(rows):
    return sorted(rows, key=lambda row: json.dumps(row))


def as_text(rows):
    return [{name: "" if cell is None else str(cell) for name, cell in row.items()} for row in rows]


def check(tables, balances, audit):
    """What moved adds up to what the ledger says is there."""
    places = {}
    for row in tables["movements"]:
        for side, sign in (("source", -1), ("destination", 1)):
            place = row[f"{side}_kind"], row[f"{side}_id"]
            places[place] = places.get(place, 0) + sign * int(row["amount"])
    for row in balances:
        key = row["account"]
        place = ("treasury", None) if key == "treasury" else ("balance", key)
        assert int(row["balance"]) == places.pop(place, 0), place
        assert int(row["stake"]) == places.pop(("stake", key), 0), key
        assert int(row["vesting"]) == places.pop(("vesting", key), 0), key
    assert -places.pop(("supply", None)) == int(tables["ledger"][0]["supply"]) == int(audit["supply"])
    for kind in ("escrow", "payable", "paid_out"):
        assert sum(held for place, held in places.items() if place[0] == kind) == int(audit[kind]), kind
        places = {place: held for place, held in places.items() if place[0] != kind}
    assert not any(places.values()), places
    assert [{"type": "balance", **row} for row in tables["accounts"]] == sorted(
        balances, key=lambda row: row["account"])
    finals = [row for row in tables["outcomes"] if row["final"]]
    paid = sum(int(row["amount"]) for row in finals if row["outcome"] == "credit")
    slashed = sum(int(row["amount"]) - int(row["owed"]) for row in finals if row["outcome"] == "slash")
    assert (paid, slashed) == (int(audit["paid"]), int(audit["slashed"]))
    rounds = [row for row in tables["rounds"] if row["phase"] == "final"]
    assert (len(rounds), sum(int(row["paid"]) for row in rounds)) == (audit["final_rounds"], paid)
    assert len(tables["entries"]) == audit["entries"] == tables["ledger"][0]["entries"]
    assert sum(row["contributions"] for row in tables["rounds"]) == len(tables["contributions"])
    kinds = [row["type"] for row in tables["entries"]]
    assert len(tables["verdicts"]) == kinds.count("verdict") + kinds.count("revision")
    assert len(tables["members"]) == kinds.count("join")
    assert sum(row["end_round"] is not None for row in tables["members"]) == kinds.count("leave")
    assert sum(int(row["total"]) for row in tables["exports"]) == sum(
        int(row["amount"]) for row in tables["payments"])
    assert sum(int(row["amount"]) for row in tables["payments"] if row["state"] == "paid") == int(audit["paid_out"])


def main():
    tools = os.path.abspath(sys.argv[1])
    count = int(sys.argv[2]) if len(sys.argv) > 2 else 40
    home = tempfile.mkdtemp(dir=os.environ.get("TMPDIR"))
    os.chdir(home)

    def ledger(*arguments, **more):
        return run(f"{tools}/nous-ledger", *arguments, **more)

    total = 0
    for seed in range(count):
        play(History(seed), 2 + seed % 5, ledger)
        shutil.rmtree("tables", ignore_errors=True)
        lines = ledger("tables", "L", "--sqlite", "L.sqlite", "--csv", "tables", "--ndjson", "-")
        tables = rows_of_database("L.sqlite")
        from_csv, from_lines = rows_of_csv("tables"), rows_of_lines(lines)
        assert tables.keys() == from_csv.keys(), f"tables, seed {seed}"
        for name, rows in tables.items():
            theirs = from_lines.get(name, [])
            assert in_order(rows) == in_order(theirs), f"{name}: database and NDJSON, seed {seed}"
            assert as_text(theirs) == from_csv[name], f"{name}: NDJSON and CSV, seed {seed}"
            total += len(rows)
        balances = [json.loads(line) for line in ledger("balance", "--json", "L").splitlines()]
        check(tables, balances, json.loads(ledger("audit", "--json", "L")))
        sums = {}
        for row in tables["movements"]:
            for side, sign in (("source", -1), ("destination", 1)):
                place = row[f"{side}_kind"], row[f"{side}_id"] or ""
                sums[place] = sums.get(place, 0) + sign * int(row["amount"])
        theirs = [line.split("\t") for line in run("sqlite3", "-tabs", "L.sqlite", CHANGES).splitlines()]
        assert {(kind, key): int(held) for kind, key, held in theirs} == sums, f"decimal_sum, seed {seed}"
        for question in QUESTIONS:
            assert ledger("query", "L", question) == run("sqlite3", "-tabs", "L.sqlite", question), (seed, question)
    os.chdir("/")
    shutil.rmtree(home)
    print(f"{count} histories, {total} rows: sqlite3, csv and json read the same, and they add up")
    print("ok")


if __name__ == "__main__":
    main()
