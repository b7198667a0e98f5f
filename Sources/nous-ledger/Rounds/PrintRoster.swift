import ArgumentParser
import CommandLineTool
import Encodings
import Settlement

/// Prints who takes part in a round.
struct PrintRoster: Tool {
    static let configuration = CommandConfiguration(
        commandName: "roster",
        abstract: "Print who takes part in a round that was opened, for nous-shard assign.",
        discussion: """
            The roster is derived from the entries before the opening; its seed is SHA-256 of the \
            text of the checkpoint of just those. While the round is not open the answer is no \
            (status 1).

            Example:
              nous-ledger roster ledger --round 1 > roster.json
              nous-shard assign --run run.yaml --data data \\
                --roster roster.json > assignments
            """)

    @Argument(help: ArgumentHelp("The ledger, or a copy of it.", valueName: "ledger"))
    var ledger: String

    @OptionGroup var round: RoundOption

    func run() throws {
        try round.printRoster(of: ledger)
    }
}

/// The round a command is about.
struct RoundOption: ParsableArguments {
    @Option(name: .customLong("round"), help: ArgumentHelp("The round.", valueName: "n"))
    var number: UInt32

    func validate() throws {
        guard number > 0 else { throw ValidationError("--round must be at least 1") }
    }

    /// Prints the round's roster, without a lock.
    func printRoster(of ledger: String) throws {
        guard let roster = try Ledger.roster(of: number, in: ledger) else {
            throw Failure(.answerIsNo, "round \(number) is not open")
        }
        try print(roster: roster)
    }

    /// Prints a roster.
    func print(roster: JSON) throws {
        try Operand.print(String(decoding: roster.canonicalBytes(), as: UTF8.self))
    }
}
