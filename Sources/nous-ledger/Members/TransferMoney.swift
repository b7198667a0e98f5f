import ArgumentParser
import CommandLineTool
import Encodings
import Identity
import Settlement

/// Moves money.
struct TransferMoney: Tool {
    static let configuration = CommandConfiguration(
        commandName: "transfer",
        abstract: "Move money from an account to another.",
        discussion: """
            The account of --key pays, or the treasury if the key is the operator's. The same \
            transfer again changes nothing; a second one that is alike needs another --number.

            Example:
              nous-ledger transfer ledger --from-treasury --to $WORKER --amount 100 \\
                --key operator.json --operator-key operator.json
            """)

    @Argument(help: ArgumentHelp("The ledger, or a copy of it.", valueName: "ledger"))
    var ledger: String

    @Flag(help: "Pay from the treasury.")
    var fromTreasury = false

    @Option(help: ArgumentHelp("Who is paid: a key, or 'treasury'.", valueName: "account"))
    var to: String

    @Option(help: ArgumentHelp("How much, in base units.", valueName: "amount"))
    var amount: UInt64

    @Option(help: ArgumentHelp("Tells apart transfers that are alike.", valueName: "n"))
    var number: UInt64 = 0

    @Option(help: ArgumentHelp("What it is for.", valueName: "text"))
    var memo: String = ""

    @OptionGroup var record: RecordOptions
    @OptionGroup var global: GlobalOptions

    func validate() throws {
        guard number <= UInt64(Int64.max) else {
            throw ValidationError("--number must be at most \(Int64.max)")
        }
    }

    func run() throws {
        let key = try KeyFile.read(record.key)
        guard let destination = Account(to) else {
            throw Failure(.usage, "--to: expected 'treasury' or a base58 public key, found '\(to)'")
        }
        let transfer = Transfer(
            from: fromTreasury ? .treasury : .key(key.publicKey),
            to: destination, amount: amount, number: number, memo: memo)
        try record.submit(
            transfer.json, to: try Ledger.read(ledger), with: key, quiet: global.quiet)
    }
}
