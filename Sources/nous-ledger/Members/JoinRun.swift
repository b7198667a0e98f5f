import ArgumentParser
import CommandLineTool
import Encodings
import Identity
import Settlement
import Storage

/// A worker takes part.
struct JoinRun: Tool {
    static let configuration = CommandConfiguration(
        commandName: "join",
        abstract: "Take part in the run, with a stake.",
        discussion: """
            The stake leaves the balance of the worker's key. Without --operator-key the signed \
            record is printed, to be sent to whoever keeps the ledger.

            Example:
              nous-ledger join ledger --key worker.json --stake 100 --throughput 20000 |
                nous-ledger append ledger --operator-key operator.json
            """)

    @Argument(help: ArgumentHelp("The ledger, or a copy of it.", valueName: "ledger"))
    var ledger: String

    @Option(help: ArgumentHelp("The stake, in base units.", valueName: "amount"))
    var stake: UInt64 = 0

    @Option(
        help: ArgumentHelp(
            "The speed to be assigned work by, as far as the stake backs it.",
            valueName: "tokens/s"))
    var throughput: UInt64 = 1

    @Option(
        help: ArgumentHelp(
            "The account that is paid; by default the worker's own.", valueName: "key"))
    var payout: String?

    @Option(
        help: ArgumentHelp(
            "The first round to work in; by default the first that is not open.",
            valueName: "n"))
    var round: UInt32?

    @OptionGroup var record: RecordOptions
    @OptionGroup var global: GlobalOptions

    func validate() throws {
        guard (1...Join.maximumThroughput).contains(throughput), round != 0 else {
            throw ValidationError(
                "--throughput must be from 1 to \(Join.maximumThroughput), --round at least 1")
        }
    }

    func run() throws {
        let key = try KeyFile.read(record.key)
        let ledger = try Ledger.read(ledger)
        let join = Join(
            payout: try payout.map { try Parse.key($0, "--payout") } ?? key.publicKey,
            stake: stake, throughput: throughput, round: round ?? ledger.state.nextToOpen)
        try record.submit(join.json, to: ledger, with: key, quiet: global.quiet)
    }
}

/// A worker takes part no more.
struct LeaveRun: Tool {
    static let configuration = CommandConfiguration(
        commandName: "leave",
        abstract: "Take part no more, and get the stake back.",
        discussion: """
            The stake is paid to the payout account once every round the worker could have worked \
            in is settled.

            Example:
              nous-ledger leave ledger --key worker.json |
                nous-ledger append ledger --operator-key operator.json
            """)

    @Argument(help: ArgumentHelp("The ledger, or a copy of it.", valueName: "ledger"))
    var ledger: String

    @Option(
        help: ArgumentHelp(
            "The first round not to work in; by default the first that is not open.",
            valueName: "n"))
    var round: UInt32?

    @OptionGroup var record: RecordOptions
    @OptionGroup var global: GlobalOptions

    func validate() throws {
        guard round != 0 else { throw ValidationError("--round must be at least 1") }
    }

    func run() throws {
        let key = try KeyFile.read(record.key)
        let ledger = try Ledger.read(ledger)
        let leave = RoundNotice(.leave, round: round ?? ledger.state.nextToOpen)
        try record.submit(leave.json, to: ledger, with: key, quiet: global.quiet)
    }
}
