import ArgumentParser
import CommandLineTool
import Encodings
import Identity
import Settlement

/// A key takes another's place.
struct RotateKey: Tool {
    static let configuration = CommandConfiguration(
        commandName: "rotate",
        abstract: "Put a new key in the place of one, also of one that was lost or stolen.",
        discussion: """
            The new key gets all that the ledger knows of the old one: membership, stake, balance, \
            pay to come, debts, payouts and verdicts. The old one is retired: it signs nothing \
            more, and what would be paid to it is paid to the new one. It takes place between \
            rounds: while one is open, append refuses the entry and seal leaves it in the inbox. A \
            key that has a recovery key is replaced by that alone: name it with --of.

            Example:
              nous-ledger rotate ledger --key worker.json --new-key new.json |
                nous-ledger submit ledger -
            """)

    @Argument(help: ArgumentHelp("The ledger, or a copy of it.", valueName: "ledger"))
    var ledger: String

    @Option(help: ArgumentHelp("The new key.", valueName: "file"))
    var newKey: String

    @Option(
        help: ArgumentHelp(
            "The key to be replaced, by its recovery key; by default that of --key.",
            valueName: "key"))
    var of: String?

    @OptionGroup var record: RecordOptions
    @OptionGroup var global: GlobalOptions

    func run() throws {
        let key = try KeyFile.read(record.key)
        let ledger = try Ledger.read(ledger)
        let rotation = Rotation(
            from: try of.map { try Parse.key($0, "--of") } ?? key.publicKey,
            to: try KeyFile.read(newKey), run: ledger.state.genesis.run)
        try record.submit(rotation.json, to: ledger, with: key, quiet: global.quiet)
    }
}

/// Names the key that may put another in the place of one.
struct NameRecovery: Tool {
    static let configuration = CommandConfiguration(
        commandName: "recovery",
        abstract: "Name the key that may replace another when it is lost or stolen.",
        discussion: """
            Keep that key off every machine. A key names its own once; from then on only the \
            recovery key names the next one, so whoever steals the key cannot.

            Example:
              nous-ledger recovery ledger --key worker.json --recovery $COLD_KEY |
                nous-ledger submit ledger -
            """)

    @Argument(help: ArgumentHelp("The ledger, or a copy of it.", valueName: "ledger"))
    var ledger: String

    @Option(help: ArgumentHelp("The key that may recover it.", valueName: "key"))
    var recovery: String

    @Option(
        help: ArgumentHelp(
            "The key that it is for; by default that of --key.", valueName: "key"))
    var of: String?

    @OptionGroup var record: RecordOptions
    @OptionGroup var global: GlobalOptions

    func run() throws {
        let key = try KeyFile.read(record.key)
        let recovery = Recovery(
            of: try of.map { try Parse.key($0, "--of") } ?? key.publicKey,
            by: try Parse.key(recovery, "--recovery"))
        try record.submit(
            recovery.json, to: try Ledger.read(ledger), with: key, quiet: global.quiet)
    }
}
