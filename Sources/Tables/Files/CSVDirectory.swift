import Storage

/// A directory with a file `<table>.csv` for each table, as RFC 4180 says.
///
/// Lines end in CR LF. A cell that holds nothing is empty; text without a character is `""`.
package struct CSVDirectory: ~Copyable {
    private let directory: AtomicDirectory
    private let files: [Table: RowFile]

    /// Starts a directory that is to become `path`, where nothing but an empty directory may be.
    package init(creating path: String) throws {
        let directory = try AtomicDirectory(creating: path)
        var files: [Table: RowFile] = [:]
        for table in Table.allCases {
            let file = try RowFile(creating: Files.join(directory.temporary, "\(table.name).csv"))
            try file.write(Self.line(table.columns.map { .text($0.name) }))
            files[table] = file
        }
        self.files = files
        self.directory = directory
    }

    /// Adds a row to its file.
    package func write(_ row: TableRow) throws {
        try files[row.table]?.write(Self.line(row.cells))
    }

    /// Gives the directory its name.
    package consuming func commit() throws {
        for table in Table.allCases { try files[table]?.commit() }
        try directory.commit()
    }

    /// A line of these cells.
    package static func line(_ cells: [Cell]) -> [UInt8] {
        Array((cells.map(field).joined(separator: ",") + "\r\n").utf8)
    }

    private static func field(_ cell: Cell) -> String {
        switch cell {
        case .null: ""
        case .integer(let number): String(number)
        case .real(let number): String(number)
        case .text(let text):
            text.isEmpty || text.utf8.contains(where: isSpecial)
                ? "\"\(text.replacing("\"", with: "\"\""))\"" : text
        }
    }

    private static func isSpecial(_ byte: UInt8) -> Bool {
        [UInt8(ascii: ","), UInt8(ascii: "\""), 0x0A, 0x0D].contains(byte)
    }
}
