import Identity
import Storage

/// What one column of a row holds.
package enum Cell: Sendable, Equatable {
    /// Nothing: the column does not apply to this row.
    case null
    /// A whole number.
    case integer(Int64)
    /// A number with a fraction; only answers of queries have such.
    case real(Double)
    /// Text; amounts of money are text, too.
    case text(String)
}

extension Cell {
    /// A number that fits in 63 bits, or nothing.
    init(_ number: (some BinaryInteger)?) {
        self = number.map { .integer(Int64($0)) } ?? .null
    }

    /// Text, or nothing.
    init(_ text: String?) { self = text.map(Cell.text) ?? .null }

    /// A key in base58, or nothing.
    init(_ key: PublicKey?) { self.init(key?.base58) }

    /// A digest in hexadecimal, or nothing.
    init(_ digest: Digest?) { self.init(digest?.hex) }

    /// Money in base units, or nothing: up to 2^64 - 1, which no integer of SQL holds.
    static func amount(_ units: UInt64?) -> Cell { Cell(units.map(String.init)) }
}
