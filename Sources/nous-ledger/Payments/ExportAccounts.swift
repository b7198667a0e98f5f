import ArgumentParser
import CommandLineTool
import Encodings
import Identity
import Settlement

/// Hands accounts over to be paid outside the ledger.
struct ExportAccounts: Tool {
    static let configuration = CommandConfiguration(
        commandName: "export",
        abstract: "Hand over what accounts hold to be paid outside the ledger, and print the list.",
        discussion: """
            Listed are the payout accounts of workers that hold the least payout of the terms; \
            what others hold waits for more. The money leaves the accounts and is payable. An \
            export that was made is only printed again. The answer is no (status 1) while nobody \
            holds enough.

            Example:
              nous-ledger export ledger --number 1 --operator-key operator.json \\
                -o payouts.csv
              nous-ledger solana payout --mint $MINT --decimals 6 --payer $PAYER \\
                --blockhash $HASH payouts.csv > unsigned.ndjson
              nous-ledger solana sign --key payer.json unsigned.ndjson > signed.ndjson
              nous-ledger pay ledger signed.ndjson --number 1 \\
                --operator-key operator.json
            """)

    @Argument(help: ArgumentHelp("The ledger.", valueName: "ledger"))
    var ledger: String

    @OptionGroup var export: ExportOption

    @Option(
        help: ArgumentHelp(
            "Leave out an account, which cannot be paid; its pay waits. May be repeated.",
            valueName: "key"))
    var except: [String] = []

    @Option(
        name: .shortAndLong,
        help: ArgumentHelp(
            "Where to write the list; by default to standard output.", valueName: "file"))
    var output: String?

    @OptionGroup var writer: WriterOptions
    @OptionGroup var global: GlobalOptions

    func validate() throws {
        guard except.count <= Export.maximumExceptions else {
            throw ValidationError("--except: at most \(Export.maximumExceptions) accounts")
        }
    }

    func run() throws {
        var writer = try writer.writer(of: ledger, quiet: global.quiet)
        let made = writer.state.exports.count
        guard export.number > made else {
            return try Operand.write(try writer.state.export(export.number).list, to: output)
        }
        guard export.number == made + 1 else {
            throw Failure(.answerIsNo, "export \(made + 1) was not made")
        }
        let except = Set(try except.map { try Parse.key($0, "--except") })
        let next = writer.state.nextExport(except: except)
        guard !next.payments.isEmpty else {
            let least = writer.state.genesis.unit.describe(
                max(writer.state.genesis.minimumPayout, 1))
            throw Failure(.answerIsNo, "no payout account holds \(least)")
        }
        _ = try writer.submit(next.entryBody)
        try writer.commit()
        try Operand.write(next.list, to: output)
    }
}

/// The export a command is about.
struct ExportOption: ParsableArguments {
    @Option(
        name: .customLong("number"), help: ArgumentHelp("The export, from 1.", valueName: "n"))
    var number: UInt32

    func validate() throws {
        guard number > 0 else { throw ValidationError("--number must be at least 1") }
    }
}
