import ArgumentParser
import CommandLineTool
import Encodings
import Settlement

/// Begins a round.
struct OpenRound: Tool {
    static let configuration = CommandConfiguration(
        commandName: "open",
        abstract: "Open a round for work, and print who takes part in it.",
        discussion: """
            Rounds are opened in order, each when the one before is settled. From then on the \
            roster and its seed are fixed. A round that was opened is only printed again.

            Example:
              nous-ledger open ledger --round 1 --operator-key operator.json |
                nous-shard assign --run run.yaml --data data > assignments
            """)

    @Argument(help: ArgumentHelp("The ledger.", valueName: "ledger"))
    var ledger: String

    @OptionGroup var round: RoundOption
    @OptionGroup var writer: WriterOptions
    @OptionGroup var global: GlobalOptions

    func run() throws {
        var writer = try writer.writer(of: ledger, quiet: global.quiet)
        let next = writer.state.nextRound
        guard round.number <= next else {
            throw Failure(
                .answerIsNo,
                "round \(round.number) cannot be opened before round \(next) is settled")
        }
        let opened = try writer.open(round.number)
        try writer.commit()
        guard let opened else { return try round.printRoster(of: ledger) }
        try round.print(roster: opened)
    }
}
