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
            let payees = [
                "genesis", "transfer", "join", "settlement", "release", "rotation", "export",
                "reconciliation",
            ]
            // Both take only a format with a decimal mark, and digits after it.
            let places = max(1, Int(journal.unit.decimals))
            let format = "1.\(String(repeating: "0", count: places)) \(symbol(journal.unit))"
            let lines =
                ["commodity \(symbol(journal.unit))", "    format \(format)"]
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

    /// An amount with all decimals and the symbol.
    private func amount(_ value: Int128, _ unit: TokenUnit) -> String {
        "\(value < 0 ? "-" : "")\(unit.number(value.magnitude)) \(symbol(unit))"
    }

    /// The symbol; hledger and ledger read one with digits only in quotes.
    private func symbol(_ unit: TokenUnit) -> String {
        let isPlain = unit.symbol.utf8.allSatisfy { $0 > UInt8(ascii: "9") }
        return self == .ledger && !isPlain ? "\"\(unit.symbol)\"" : unit.symbol
    }

    /// Text that no program takes for a tag or the end of the comment.
    private static func plain(_ text: String) -> String {
        String(
            text.prefix(commentLength).map { character in
                character.isNewline || ":;,[]\"\\".contains(character) ? " " : character
            })
    }
}
