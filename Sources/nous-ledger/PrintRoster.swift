import ArgumentParser
import CommandLineTool
import Encodings
import Settlement
import TransparencyLog

/// Prints who takes part in a round.
struct PrintRoster: Tool {
    static let configuration = CommandConfiguration(
        commandName: "roster",
        abstract: "Print who takes part in a round, for nous-shard assign.",
        discussion: """
            The seed is SHA-256 of the text of the log's checkpoint. Once the first contribution \
            to the round is sealed, the roster is the one from before it.

            Example:
              nous-ledger roster ledger --round 1 | nous-shard assign --roster - ...
            """)

    @Argument(help: ArgumentHelp("The ledger, or a copy of it.", valueName: "ledger"))
    var ledger: String

    @Option(help: ArgumentHelp("The round.", valueName: "n"))
    var round: UInt32

    @Option(
        help: ArgumentHelp("Print the roster the log led to at this size.", valueName: "entries"))
    var size: Int?

    func validate() throws {
        guard round > 0 else { throw ValidationError("--round must be at least 1") }
    }

    func run() throws {
        let ledger = try Ledger.read(ledger, checking: .checkpoint)
        let size = size ?? ledger.rosterSize(round: round)
        guard (1...ledger.log.entries.count).contains(size) else {
            throw Failure(
                .usage, "--size: expected 1 to \(ledger.log.entries.count), found \(size)")
        }
        let roster = try ledger.roster(round: round, size: size)
        try Operand.print(String(decoding: roster.canonicalBytes(), as: UTF8.self))
    }
}
