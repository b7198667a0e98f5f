import ArgumentParser
import Books
import CommandLineTool
import Settlement
import Storage

/// Writes the books.
struct ExportBooks: Tool {
    static let configuration = CommandConfiguration(
        commandName: "books",
        abstract: "Write the books for hledger, ledger or beancount.",
        discussion: """
            Every entry that moved money is a transaction with the balance of each account after \
            it. The text passes hledger check -s, ledger --pedantic and bean-check. Entries have no \
            clock: the books begin on the day --start, and each settlement begins the next.

            Example:
              nous-ledger books ledger > run.journal
              hledger -f run.journal balance
              nous-ledger books ledger --format beancount -o run.beancount
            """)

    @Argument(help: ArgumentHelp("The ledger, or a copy of it.", valueName: "ledger"))
    var ledger: String

    @Option(
        help: ArgumentHelp(
            "ledger, which hledger reads as well, or beancount.", valueName: "format"))
    var format = BookFormat.ledger

    @Option(help: ArgumentHelp("The first day.", valueName: "YYYY-MM-DD"))
    var start = "2026-01-01"

    @Option(
        help: ArgumentHelp("Write down only the first n entries of the log.", valueName: "n"))
    var entries: UInt64?

    @Option(
        name: .shortAndLong, help: ArgumentHelp("Where to write the books.", valueName: "file"))
    var output: String?

    func validate() throws {
        guard CalendarDate(start) != nil else {
            throw ValidationError("--start must be a day from 1970-01-01 to 9999-12-31")
        }
        guard entries != 0 else { throw ValidationError("--entries must be at least 1") }
    }

    func run() throws {
        guard let start = CalendarDate(start) else { return }
        var books = BookText(format, start: start)
        let ledger = try Ledger.read(ledger) { _, state in
            if let entries, state.entryCount > entries { return }
            books.take(state)
        }
        guard let journal = books.journal else { return }
        guard journal.lastDate < .last else {
            throw Failure(
                .usage, "the \(ledger.state.settledRounds) settlements pass the year 9999",
                hint: "give an earlier --start")
        }
        if format == .beancount, ledger.state.genesis.unit.symbol.utf8.count < 2 {
            throw Failure(.malformedInput, "beancount has no commodities of one letter")
        }
        try Operand.write(Array(books.text.utf8), to: output)
    }
}

extension BookFormat: ExpressibleByArgument {}
