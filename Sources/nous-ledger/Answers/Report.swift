import ArgumentParser
import CommandLineTool
import Reports
import Settlement

/// Writes a page about a run.
struct Report: Tool {
    static let configuration = CommandConfiguration(
        commandName: "report",
        abstract: "Write one page of HTML about the run: losses, verdicts, pay, accounts.",
        discussion: """
            The page is one file that loads nothing and has no scripts; it reads well on a phone \
            and in the dark. Losses are those that the paid contributions state.

            Example:
              nous-ledger report ledger --html report.html
            """)

    @Argument(help: ArgumentHelp("The ledger, or a copy of it.", valueName: "ledger"))
    var ledger: String

    @Option(help: ArgumentHelp("Where to write the page; - is standard output.", valueName: "file"))
    var html: String

    func run() throws {
        var report = RunReport()
        let ledger = try Ledger.read(ledger) { report.take($0, $1) }
        try Operand.write(Array(report.page(of: ledger).utf8), to: html)
    }
}
