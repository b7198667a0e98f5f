package import Encodings

/// Who is paid how much: each recipient once, in the order of their bytes.
package struct PayoutList: Sendable, Equatable {
    /// One payment.
    package struct Entry: Sendable, Equatable {
        /// The wallet that is paid.
        package let recipient: Address
        /// How much, in base units.
        package let amount: UInt64

        /// A payment.
        package init(_ recipient: Address, _ amount: UInt64) {
            self.recipient = recipient
            self.amount = amount
        }
    }

    /// The most lines of a list.
    package static let maximumCount = 262_144

    /// The largest list in bytes.
    package static let maximumFileSize = 1 << 26

    /// The payments.
    package let entries: [Entry]
    /// All amounts together.
    package let total: UInt64

    /// The list of these payments in any order; those to one recipient are added up.
    package init(_ rows: [Entry]) throws(MalformedInput) {
        guard rows.count <= Self.maximumCount else {
            throw MalformedInput(
                "expected at most \(Self.maximumCount) payments, found \(rows.count)")
        }
        var amounts: [Address: UInt64] = [:]
        var total: UInt64 = 0
        for row in rows {
            let (sum, overflows) = total.addingReportingOverflow(row.amount)
            guard !overflows else {
                throw MalformedInput("the payments add up to more than 2^64 - 1 base units")
            }
            total = sum
            amounts[row.recipient, default: 0] += row.amount
        }
        self.total = total
        entries = amounts.sorted { $0.key < $1.key }.map { Entry($0.key, $0.value) }
    }

    /// The list in a file: CSV with the header `recipient,amount`, or a JSON object a line.
    package init(parsing file: [UInt8]) throws(MalformedInput) {
        let rows = try TextTable.rows(of: file, sizeLimit: Self.maximumFileSize)
        guard let first = rows.first else { throw MalformedInput("expected payments, found none") }
        let isCSV = first.text.first != UInt8(ascii: "{")
        if isCSV { try first.expectHeader("recipient,amount") }
        var entries: [Entry] = []
        for row in isCSV ? rows.dropFirst() : rows[...] {
            do throws(MalformedInput) {
                let entry = isCSV ? try Self.entry(row.cells(2)) : try Self.entry(row.text)
                guard entry.amount > 0 else {
                    throw MalformedInput("\(entry.recipient) is paid nothing")
                }
                entries.append(entry)
            } catch {
                throw error.within("line \(row.number)")
            }
        }
        guard !entries.isEmpty else { throw MalformedInput("expected payments, found none") }
        try self.init(entries)
    }

    private static func entry(_ cells: [String]) throws(MalformedInput) -> Entry {
        guard let recipient = Address(base58: cells[0]) else {
            throw .field("recipient", expected: "an address in base58", found: quoted(cells[0]))
        }
        guard let amount = Amount.parse(cells[1]) else {
            throw .field("amount", expected: "whole base units", found: quoted(cells[1]))
        }
        return Entry(recipient, amount)
    }

    private static func entry(_ line: [UInt8]) throws(MalformedInput) -> Entry {
        var fields = try JSONFields(JSON(parsing: line, limits: .record), of: "payment")
        let entry = Entry(try fields.address("account"), try fields.amount("amount"))
        try fields.finish()
        return entry
    }

    private static func quoted(_ text: String) -> String { MalformedInput.quoted(text) }
}
