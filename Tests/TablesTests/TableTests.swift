import Artifacts
import Foundation
import Identity
import Storage
import Tables
import Testing

@Suite("Tables")
struct TableTests {
    @Test("have the columns that their document says", arguments: Table.allCases)
    func documented(table: Table) throws {
        let root = URL(filePath: #filePath).deletingLastPathComponent()
            .deletingLastPathComponent().deletingLastPathComponent()
        let document = try String(
            contentsOf: root.appending(path: "docs/formats/tables.md"), encoding: .utf8)
        let section = document.components(separatedBy: "\n## ")
            .first { $0.hasPrefix("`\(table.name)`\n") }
        let rows = try #require(section).split(separator: "\n").filter { $0.hasPrefix("| `") }
        let stated = rows.map { row in
            row.split(separator: "|").prefix(2).map { $0.trimmingPrefix(" ").dropLast() }
                .joined(separator: " ")
        }
        #expect(
            stated
                == table.columns.map {
                    "`\($0.name)` \($0.kind.rawValue)\($0.isOptional ? "?" : "")"
                })
    }

    @Test("say what a round came to")
    func round() throws {
        #expect(
            try TablesSample.ask(
                "SELECT round, phase, contributions, pool, paid, slashed FROM rounds",
                of: TablesSample.oneRound) == ["1\tfinal\t3\t1000\t1000\t50"])
        #expect(
            try TablesSample.ask(
                """
                SELECT outcome, tokens, o.amount, stake, owed FROM outcomes AS o \
                ORDER BY outcome, amount COLLATE decimal
                """, of: TablesSample.oneRound)
                == ["credit\t100\t250\t\t", "credit\t300\t750\t\t", "slash\t\t50\t100\t0"])
    }

    @Test("say who took part, and until when")
    func members() throws {
        let sample = try TablesSample()
        let worker = sample.worker.publicKey.base58
        #expect(
            try sample.ask("SELECT worker, payout, throughput, first_round, end_round FROM members")
                == ["\(worker)\t\(worker)\t7\t1\t2"])
    }

    @Test("hold a reason whole, but for a NUL, where text ends in SQLite")
    func reasons() throws {
        let sample = try TablesSample()
        let verdict = Verdict(
            contribution: Digest(hashing: []), claims: nil, outcome: .malformed,
            reason: "a\0b\u{1B}c")
        try sample.submit([verdict.signed(with: sample.keeper)])
        #expect(
            try sample.ask("SELECT outcome, reason, revision FROM verdicts")
                == ["malformed\ta\u{FFFD}b\\u{1b}c\t0"])
    }

    @Test("hold every movement: they add up to what lies in each place")
    func movements() throws {
        let moved = """
            SELECT decimal_sum(CASE WHEN destination_kind = 'treasury' THEN amount
                WHEN source_kind = 'treasury' THEN '-' || amount END) FROM movements
            """
        let held = "SELECT balance FROM accounts WHERE account = 'treasury'"
        let sample = try TablesSample()
        #expect(try sample.ask(moved) == sample.ask(held))
        let round = TablesSample.oneRound
        #expect(try TablesSample.ask(moved, of: round) == TablesSample.ask(held, of: round))
    }
}

@Suite("Amounts in tables")
struct TableAmountTests {
    @Test("reach 2^64 - 1 exactly")
    func largest() throws {
        let sample = try TablesSample()
        #expect(try sample.ask("SELECT supply FROM ledger") == ["18446744073709551615"])
        #expect(
            try sample.ask("SELECT stake, balance FROM accounts WHERE account <> 'treasury'")
                == ["18446744073709551612\t2"])
    }

    @Test("are added exactly by decimal_sum, and by sum where it prints an integer")
    func sums() throws {
        let sample = try TablesSample()
        #expect(
            try sample.ask("SELECT decimal_sum(amount), sum(amount) FROM movements")
                == ["55340232221128654841\t5.5340232221128655e+19"])
        let small = "(SELECT '9223372036854775800' AS amount UNION SELECT '7')"
        #expect(
            try sample.ask("SELECT sum(amount), decimal_sum(amount) FROM \(small)")
                == ["9223372036854775807\t9223372036854775807"])
        #expect(throws: LedgerQuery.Refusal.self) {
            try sample.ask(
                "SELECT sum(amount) FROM (SELECT 9 AS amount UNION ALL SELECT * FROM \(small))")
        }
        #expect(try sample.ask("SELECT decimal_sum(amount) FROM exports, movements") == [""])
        #expect(throws: LedgerQuery.Refusal.self) {
            try sample.ask("SELECT decimal_sum(reason) FROM movements")
        }
    }

    @Test("are sorted by what they say, by the collation or by length and digits")
    func order() throws {
        let sample = try TablesSample()
        for order in ["amount COLLATE decimal", "length(amount), amount"] {
            #expect(
                try sample.ask("SELECT amount FROM movements ORDER BY \(order)")
                    == [
                        "18446744073709551612", "18446744073709551614", "18446744073709551615",
                    ])
            #expect(
                try sample.ask(
                    "SELECT amount FROM (SELECT '9' AS amount UNION SELECT '10') ORDER BY \(order)")
                    == ["9", "10"])
        }
    }
}
