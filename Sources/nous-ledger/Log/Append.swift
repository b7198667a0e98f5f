import ArgumentParser
import CommandLineTool
import Encodings
import Settlement
import Storage

/// Appends records.
struct Append: Tool {
    static let configuration = CommandConfiguration(
        commandName: "append",
        abstract: "Append contributions, verdicts and other signed records.",
        discussion: """
            Files are contributions (bundles or directories) or NDJSON as nous-verify, join, \
            leave and transfer print it. All of it is appended at once, or nothing. What the \
            ledger holds already is passed over.

            Example:
              nous-ledger append ledger --operator-key operator.json *.contribution
              nous-verify --run run.yaml --base base.tar.zst --data data \\
                --roster roster.json --key verifier.json *.contribution |
                nous-ledger append ledger --operator-key operator.json
            """)

    @Argument(help: ArgumentHelp("The ledger.", valueName: "ledger"))
    var ledger: String

    @Argument(help: ArgumentHelp("What to append; - is standard input.", valueName: "file"))
    var files: [String] = ["-"]

    @Flag(help: "Report what cannot be appended, append the rest, and end with status 65.")
    var skipBad = false

    @Flag(help: "Print one JSON object for each record.")
    var json = false

    @OptionGroup var writer: WriterOptions
    @OptionGroup var global: GlobalOptions

    func validate() throws {
        try Operand.expectOneStream(files + [writer.operatorKey])
    }

    func run() throws {
        // Everything is read before the lock is taken, so that a slow pipe holds up nobody.
        // Standard input comes first: at its end, a file that `tee` wrote beside it is complete.
        let streamed = try files.filter(Operand.isStream).flatMap { try RecordFiles.read($0) }
        var results: [(String, Result<Submission, MalformedInput>)] = []
        for file in files {
            for result in try Operand.isStream(file) ? streamed : RecordFiles.read(file) {
                results.append((Operand.name(file), result))
            }
        }
        var writer = try writer.writer(of: ledger, quiet: global.quiet)
        var lines: [String] = []
        var bad = 0
        for (name, result) in results {
            do throws(MalformedInput) {
                let submission = try result.get()
                let receipt = try submit(submission, to: &writer, from: name)
                lines.append(receipt.json.orderedText)
            } catch {
                guard skipBad else { throw error }
                Terminal.report("nous-ledger: error: \(error)")
                bad += 1
            }
        }
        try writer.commit()
        if json && !lines.isEmpty { try Operand.print(lines.joined(separator: "\n")) }
        if bad > 0 {
            throw Failure(.malformedInput, "\(bad) of \(results.count) records were not appended")
        }
    }

    private func submit(
        _ submission: Submission, to writer: inout LedgerWriter, from name: String
    ) throws(MalformedInput) -> LedgerWriter.Receipt {
        do throws(MalformedInput) {
            return try writer.submit(submission)
        } catch {
            throw error.within("\(name): \(submission.summary)")
        }
    }
}

extension LedgerWriter.Receipt {
    /// The receipt for programs.
    var json: JSON {
        [
            "type": "receipt",
            "entry": .integer(Int64(entry)),
            "new": .bool(isNew),
            "record": .string(record.hex),
        ]
    }
}
