import ArgumentParser
import CommandLineTool
import Encodings
import Settlement
import Storage
import TransparencyLog

/// Derives everything again.
struct Audit: Tool {
    static let configuration = CommandConfiguration(
        commandName: "audit",
        abstract: "Check everything: hashes, signatures, rules, settlements, conservation.",
        discussion: """
            Nothing but the files of the ledger is needed. A ledger cut back and signed anew by \
            its operator passes by itself: keep a checkpoint, and give it with --since.

            Example:
              nous-ledger audit ledger --since checkpoint.last-week
            """)

    @Argument(help: ArgumentHelp("The ledger, or a copy of it.", valueName: "ledger"))
    var ledger: String

    @Option(
        help: ArgumentHelp("An earlier checkpoint the log must continue.", valueName: "file"))
    var since: String?

    @Flag(help: "Print one JSON object.")
    var json = false

    @OptionGroup var global: GlobalOptions

    func run() throws {
        let log = try LogDirectory(ledger).read()
        let audit: LedgerAudit
        do throws(MalformedInput) {
            audit = try LedgerAudit(log)
        } catch {
            throw error.within(ledger)
        }
        if let since { try check(audit, since: since) }
        if !global.quiet { Warnings.report(audit.tail, of: ledger, willRepair: false) }
        try Operand.print(
            json ? String(decoding: audit.json.orderedBytes(), as: UTF8.self) : audit.summary)
    }

    private func check(_ audit: LedgerAudit, since path: String) throws {
        let bytes = try Files.read(path: path, limit: LogCheckpoint.maximumLength)
        do throws(MalformedInput) {
            let (checkpoint, signers) = try LogCheckpoint.read(bytes)
            guard signers.contains(audit.ledger.log.keeper) else {
                throw MalformedInput("no signature of \(audit.ledger.log.keeper)")
            }
            try audit.check(against: checkpoint)
        } catch {
            throw error.within(path)
        }
    }
}
