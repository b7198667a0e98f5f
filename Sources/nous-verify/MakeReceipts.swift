import ArgumentParser
import Attestation
import CommandLineTool
import Encodings
import Storage

/// Puts verdicts into envelopes.
struct MakeReceipts: Tool {
    static let configuration = CommandConfiguration(
        commandName: "receipt",
        abstract: "Make verdicts into receipts that supply-chain tools carry.",
        discussion: """
            Each line is one verdict of the verifier whose key is given; it becomes one line, an \
            in-toto statement about the contribution in a DSSE envelope. A line is a file for \
            tools that want one receipt a file.

            Example:
              nous-verify receipt --key verifier.json verdicts.ndjson > receipts.ndjson
            """)

    @Option(help: ArgumentHelp("The verifier's signing key.", valueName: "file"))
    var key: String

    @Argument(help: "Verdicts; standard input unless given.")
    var verdicts = "-"

    func validate() throws { try Operand.expectOneStream([key, verdicts]) }

    func run() throws {
        let signingKey = try KeyFile.read(key)
        try RecordLines.transform(verdicts) { record throws(MalformedInput) in
            try AuditReceipt.seal(record, with: signingKey).json
        }
    }
}

/// Takes verdicts out of envelopes.
struct CheckReceipts: Tool {
    static let configuration = CommandConfiguration(
        commandName: "check-receipt",
        abstract: "Check receipts and print the verdicts in them.",
        discussion: """
            The envelope must be signed by the verifier of the verdict in it, which comes out as \
            it went in. Whom to trust is for whoever reads the verdicts.

            Example:
              nous-verify check-receipt receipts.ndjson > verdicts.ndjson
            """)

    @Argument(help: "Receipts; standard input unless given.")
    var receipts = "-"

    func run() throws {
        try RecordLines.transform(receipts) { record throws(MalformedInput) in
            try AuditReceipt.open(Envelope(record))
        }
    }
}

/// Records by operand, one a line.
private enum RecordLines {
    private static let sizeLimit = 256 << 20

    /// Prints what `change` makes of each record, once it has made something of all of them.
    static func transform(
        _ operand: String, _ change: (JSON) throws(MalformedInput) -> JSON
    ) throws {
        let bytes = try Operand.read(operand, limit: sizeLimit)
        var changed: [UInt8] = []
        for (number, line) in bytes.split(separator: UInt8(ascii: "\n")).enumerated() {
            do throws(MalformedInput) {
                let record = try JSON(parsing: Array(line), limits: .record)
                changed += try change(record).orderedLine
            } catch {
                throw error.within("\(Operand.name(operand)): line \(number + 1)")
            }
        }
        guard !changed.isEmpty else {
            throw MalformedInput("expected records, found none", in: Operand.name(operand))
        }
        try Operand.write(changed, to: nil)
    }
}
