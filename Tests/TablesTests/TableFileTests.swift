import Encodings
import Foundation
import Storage
import Tables
import TestFiles
import Testing

@Suite("Files of tables")
struct TableFileTests {
    @Test("are the same bytes each time")
    func same() throws {
        let sample = try TablesSample()
        var written: [[String]] = []
        for turn in ["first", "second"] {
            let (database, csv) = (
                sample.directory.file("\(turn).sqlite"), sample.directory.file(turn)
            )
            try TableDatabase.write(to: database) { try LedgerTables.read(sample.path, $0) }
            let directory = try CSVDirectory(creating: csv)
            try LedgerTables.read(sample.path) { try directory.write($0) }
            try directory.commit()
            written.append(
                try ([database] + Files.list(csv).map { "\(csv)/\($0)" }).map {
                    Digest(hashing: try Files.read(path: $0, limit: 1 << 24)).hex
                })
        }
        #expect(written[0] == written[1])
        #expect(written[0].count == 1 + Table.allCases.count)
    }

    @Test("appear whole or not at all, and leave nothing behind")
    func atomic() throws {
        let sample = try TablesSample()
        defer { withExtendedLifetime(sample) {} }
        let database = sample.directory.file("broken.sqlite")
        #expect(throws: MalformedInput.self) {
            try TableDatabase.write(to: database) { write in
                try LedgerTables.read(sample.path, write)
                throw MalformedInput("broken")
            }
        }
        #expect(try Files.list(sample.directory.path) == ["ledger"])
    }

    @Test("quote what CSV needs quoted, and tell no text from nothing")
    func csv() throws {
        let cells: [Cell] = [
            .null, .text(""), .text("plain"), .text("a,b"), .text("a \"b\""), .text("a\r\nb"),
            .integer(-7),
        ]
        #expect(
            String(decoding: CSVDirectory.line(cells), as: UTF8.self)
                == ",\"\",plain,\"a,b\",\"a \"\"b\"\"\",\"a\r\nb\",-7\r\n")
    }

    @Test("have lines of JSON with the table and every column")
    func lines() throws {
        var lines: [String] = []
        try LedgerTables.read(TablesSample.oneRound) {
            lines.append(String(decoding: $0.line, as: UTF8.self))
        }
        #expect(
            lines.first {
                $0.contains("\"rounds\"")
            }
                == """
                {"table":"rounds","round":1,"phase":"final","opened":4,"closed":null,"settled":11,\
                "finished":11,"contributions":3,"pool":"1000","paid":"1000","slashed":"50"}

                """)
    }
}

@Suite("Questions")
struct QueryTests {
    @Test(
        "are one statement that reads",
        arguments: [
            "DELETE FROM entries", "SELECT 1; SELECT 2", "SELECT nothing FROM entries", "SELEC 1",
            "",
            "ATTACH 'other.sqlite' AS other", "VACUUM INTO 'other.sqlite'", "BEGIN",
            "INSERT INTO entries SELECT * FROM entries RETURNING *", "SELECT load_extension('x')",
        ])
    func refused(sql: String) throws {
        #expect(throws: LedgerQuery.Refusal.self) {
            try TablesSample.ask(sql, of: TablesSample.oneRound)
        }
        #expect(!Files.exists("other.sqlite"))
    }

    @Test("are answered with a line for each row, tabs between cells and none within")
    func text() throws {
        #expect(
            try TablesSample.ask(
                "SELECT 1, NULL, 0.5, 'a' || char(9, 10, 13) || '\\b', x'00ff'",
                of: TablesSample.oneRound) == ["1\t\t0.5\ta\\t\\n\\r\\\\b\t00ff"])
    }

    @Test("are answered with an object for each row")
    func json() throws {
        var lines: [String] = []
        try LedgerQuery.ask(
            "SELECT 1 AS a, NULL AS b, 0.5 AS c, 'd' AS d, 9e999 AS e",
            of: TablesSample.oneRound
        ) { lines.append($0.json.orderedText) }
        #expect(lines == ["{\"a\":1,\"b\":null,\"c\":0.5,\"d\":\"d\",\"e\":null}"])
    }
}
