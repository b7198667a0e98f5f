import ArgumentParser
import Books
import CommandLineTool
import Encodings
import Settlement
import Storage

/// What was made of a ledger and must still agree with it.
struct OutsideOptions: ParsableArguments {
    /// The largest books in bytes.
    private static let maximumBooksLength = 1 << 30

    @Option(
        help: ArgumentHelp(
            "Books that must be those of the entries; may be repeated.", valueName: "file"))
    var books: [String] = []

    @Option(
        help: ArgumentHelp(
            "What an export is paid with, as given to pay; may be repeated.", valueName: "file"))
    var payment: [String] = []

    @OptionGroup var lookup: LookupOptions

    /// The operands that `-` may make standard input.
    var operands: [String?] { books + payment + lookup.lookupTable }

    /// The books, to be written again.
    func readBooks() throws -> [AuditedBooks] {
        try books.map { operand in
            let bytes = try Operand.read(operand, limit: Self.maximumBooksLength)
            return try AuditedBooks(
                String(decoding: bytes, as: UTF8.self), named: Operand.name(operand))
        }
    }

    /// Checks that each payment is one that an export was fixed to be paid by, and says of which.
    func checkPayments(of state: LedgerState) throws -> [String] {
        let tables = try lookup.tables()
        return try payment.map { operand in
            let paid = try PaidList.read(operand, tables: tables)
            let fixed = state.exports.first {
                $0.payment?.means == paid.means && $0.payment?.digest == paid.digest
            }
            guard let fixed else {
                throw Failure(
                    .answerIsNo,
                    "\(paid.name): no export is paid by \(paid.means.rawValue) \(paid.digest)")
            }
            _ = try paid.payment(of: fixed, in: state.genesis.unit)
            return "\(paid.name): export \(fixed.number)"
        }
    }
}

/// Books, and what they should be.
struct AuditedBooks {
    private let name: String
    private let text: String
    private let header: BookHeader
    private var derived: BookText

    init(_ text: String, named name: String) throws(MalformedInput) {
        guard let header = BookHeader(of: text) else {
            throw MalformedInput("expected books as nous-ledger writes them", in: name)
        }
        (self.name, self.text, self.header) = (name, text, header)
        derived = BookText(header.format, start: header.start)
    }

    /// Writes down the last entry of `state`, if the books go so far.
    mutating func take(_ state: LedgerState) {
        if state.entryCount - 1 <= header.lastEntry { derived.take(state) }
    }

    /// Compares the books with those of the entries, and says how far they go.
    func check() throws -> String {
        let (found, expected) = (lines(text), lines(derived.text))
        guard found == expected else {
            let same = zip(found, expected).prefix { $0 == $1 }.count
            throw Failure(
                .answerIsNo,
                "\(name): line \(same + 1): expected"
                    + " '\(same < expected.count ? expected[same] : "the end")', found"
                    + " '\(same < found.count ? found[same] : "the end")'")
        }
        return "\(name): the books up to entry \(header.lastEntry)"
    }

    private func lines(_ text: String) -> [Substring] {
        text.split(separator: "\n", omittingEmptySubsequences: false)
    }
}
