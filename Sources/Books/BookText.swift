package import Settlement

/// The text of the books, written entry by entry.
package struct BookText: Sendable {
    /// The program that reads it.
    package let format: BookFormat
    /// What it is made of.
    package private(set) var journal: Journal?
    private let start: CalendarDate
    private var transactions = ""

    /// Books without an entry, which begin on the day `start`.
    package init(_ format: BookFormat, start: CalendarDate) {
        self.format = format
        self.start = start
    }

    /// Writes down what the last entry of `state` moved.
    package mutating func take(_ state: LedgerState) {
        var books = journal ?? Journal(start: start, unit: state.genesis.unit)
        if let transaction = books.record(state) {
            transactions += format.text(transaction, books.unit)
        }
        journal = books
    }

    /// The whole text.
    package var text: String {
        guard let journal else { return "" }
        return format.beginning(journal) + transactions + format.end(journal)
    }
}

/// What books say of themselves: enough to write them again.
package struct BookHeader: Sendable, Equatable {
    /// The program they were written for.
    package let format: BookFormat
    /// The day they begin with.
    package let start: CalendarDate
    /// The number of the last entry that moved money.
    package let lastEntry: UInt64

    /// What `text` says, or nil if it is not of the form that `BookText` writes.
    package init?(of text: String) {
        let isLedger = text.hasPrefix("commodity ")
        let heads = text.split(separator: "\n").filter {
            $0.prefix(13).hasSuffix(" * ") && $0.first?.isNumber == true
        }
        guard let first = heads.first, let last = heads.last,
            let start = CalendarDate(String(first.prefix(10)))
        else { return nil }
        let words = last.split(whereSeparator: { " ()\"".contains($0) })
        guard let word = isLedger ? words.dropFirst(2).first : words.last,
            let entry = UInt64(word)
        else { return nil }
        (format, self.start, lastEntry) = (isLedger ? .ledger : .beancount, start, entry)
    }
}
