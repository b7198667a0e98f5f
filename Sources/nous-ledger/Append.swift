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
            Files are contributions (bundles or directories) or NDJSON records as nous-verify, \
            join, leave and transfer print them. All of them are appended at once, or none. What \
            the ledger holds already is passed over.

            Example:
              nous-ledger append ledger --operator-key operator.json contributions/*
              nous-verify ... | nous-ledger append ledger --operator-key operator.json
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
        var results: [(String, Result<LedgerRecord, MalformedInput>)] = []
        for file in files {
            for result in try RecordFiles.read(file) {
                results.append((Operand.name(file), result))
            }
        }
        var writer = try writer.writer(of: ledger, quiet: global.quiet)
        var lines: [String] = []
        var bad = 0
        for (name, result) in results {
            do throws(MalformedInput) {
                let record = try result.get()
                lines.append(line(record, try submit(record, to: &writer, from: name)))
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
        _ record: LedgerRecord, to writer: inout LedgerWriter, from name: String
    ) throws(MalformedInput) -> LedgerWriter.Receipt {
        do throws(MalformedInput) {
            return try writer.submit(record)
        } catch {
            throw error.within("\(name): \(record.summary)")
        }
    }

    private func line(_ record: LedgerRecord, _ receipt: LedgerWriter.Receipt) -> String {
        let json: JSON = [
            "type": "receipt",
            "sequence": .integer(Int64(receipt.sequence)),
            "new": .bool(receipt.isNew),
            "record": .string(record.identity.hex),
        ]
        return String(decoding: json.orderedBytes(), as: UTF8.self)
    }
}
