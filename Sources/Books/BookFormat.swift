package import Settlement

/// A program for plain-text accounting, and how its books are written.
///
/// What is written passes their strict modes: `hledger check -s`, `ledger --pedantic`, `bean-check`.
package enum BookFormat: String, CaseIterable, Sendable {
    /// hledger and ledger, which read the same text.
    case ledger
    /// beancount.
    case beancount

    /// Comments are cut to so many characters.
    static let commentLength = 400

    /// The books from the first line to the last transaction's.
    package func beginning(_ journal: Journal) -> String {
        switch self {
        case .ledger:
            let payees = ["genesis", "transfer", "join", "settlement", "release"]
            let lines =
                ["commodity \(amount(0, journal.unit, digits: 1))"]
                + journal.accounts.map { "account \($0)" } + payees.map { "payee \($0)" }
            return lines.joined(separator: "\n") + "\n\n"
        case .beancount:
            return journal.accounts.map {
                "\(journal.start) open \($0) \(journal.unit.symbol)\n"
            }.joined() + "\n"
        }
    }

    /// One transaction.
    package func text(_ transaction: JournalTransaction, _ unit: TokenUnit) -> String {
        let lines = transaction.postings.map { posting in
            let change = amount(posting.amount, unit)
            return switch self {
            case .ledger:
                "    \(posting.account)  \(change) = \(amount(posting.balance, unit))"
                    + "  ; \(Self.plain(posting.comment))\n"
            case .beancount:
                "  \(posting.account)  \(change) ; \(Self.plain(posting.comment))\n"
            }
        }
        let head =
            switch self {
            case .ledger:
                "\(transaction.date) * (\(transaction.entry)) \(transaction.payee)\n"
            case .beancount:
                "\(transaction.date) * \"\(transaction.payee)\" \"entry \(transaction.entry)\"\n"
            }
        return head + lines.joined() + "\n"
    }

    /// What comes after the last transaction: beancount's assertions, which hold at the start of a day.
    package func end(_ journal: Journal) -> String {
        guard self == .beancount else { return "" }
        let day = CalendarDate(days: journal.lastDate.days + 1)
        return journal.accounts.map { account in
            "\(day) balance \(account)  \(amount(journal.balances[account] ?? 0, journal.unit))\n"
        }.joined()
    }

    /// An amount with all decimals and the symbol; of `digits` other than nil the integer is that.
    private func amount(_ value: Int128, _ unit: TokenUnit, digits: Int? = nil) -> String {
        let units = digits.map { Int128($0) * Self.power(unit.decimals) } ?? value
        let sign = units < 0 ? "-" : ""
        let number = unit.number(units.magnitude)
        // hledger reads a symbol with digits only in quotes, and a format only with a decimal mark.
        let isPlain = unit.symbol.utf8.allSatisfy { $0 > UInt8(ascii: "9") }
        let symbol = self == .ledger && !isPlain ? "\"\(unit.symbol)\"" : unit.symbol
        let mark = digits != nil && unit.decimals == 0 ? "." : ""
        return "\(sign)\(number)\(mark) \(symbol)"
    }

    private static func power(_ decimals: UInt64) -> Int128 {
        (0..<decimals).reduce(Int128(1)) { power, _ in 10 * power }
    }

    /// Text that no program takes for a tag or the end of the comment.
    private static func plain(_ text: String) -> String {
        String(
            text.prefix(commentLength).map { character in
                character.isNewline || ":;,[]\"\\".contains(character) ? " " : character
            })
    }
}
