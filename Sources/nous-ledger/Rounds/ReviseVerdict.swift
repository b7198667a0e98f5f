import ArgumentParser
import Artifacts
import CommandLineTool
import Encodings
import Identity
import Settlement
import Storage

/// A verifier's second word.
struct ReviseVerdict: Tool {
    static let configuration = CommandConfiguration(
        commandName: "revise",
        abstract: "Put a verifier's second verdict in the place of its first.",
        discussion: """
            Only while the round is not final, and once for each contribution. The verdict is a \
            line as nous-verify prints it, signed by --key. Without --operator-key the entry is \
            printed, to be sent to whoever keeps the ledger.

            Example:
              nous-verify judge --run run.yaml --base base.tar.zst --data data \\
                --roster roster.json --key verifier.json anna.contribution > verdict.json
              nous-ledger revise ledger --key verifier.json verdict.json |
                nous-ledger append ledger --operator-key operator.json
            """)

    /// The longest verdict, in bytes: no longer one fits into an entry.
    private static let maximumLength = 1 << 16

    @Argument(help: ArgumentHelp("The ledger, or a copy of it.", valueName: "ledger"))
    var ledger: String

    @Argument(help: ArgumentHelp("The verdict; - is standard input.", valueName: "verdict"))
    var verdict: String = "-"

    @OptionGroup var record: RecordOptions
    @OptionGroup var global: GlobalOptions

    func run() throws {
        let key = try KeyFile.read(record.key)
        let bytes = try Operand.read(verdict, limit: Self.maximumLength)
        let ledger = try Ledger.read(ledger)
        let revision: Revision
        do throws(MalformedInput) {
            let json = try JSON(parsing: bytes, limits: .record)
            let second = try Verdict.verify(json).record
            guard
                let first = ledger.state.decision(
                    of: key.publicKey, about: second.contribution)?.verdict
            else {
                throw MalformedInput(
                    "\(key.publicKey) has no verdict on \(second.contribution) that may be revised")
            }
            revision = try Revision(of: first, by: json)
        } catch {
            throw error.within(Operand.name(verdict))
        }
        try record.submit(revision.json, to: ledger, with: key, quiet: global.quiet)
    }
}
