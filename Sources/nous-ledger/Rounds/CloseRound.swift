import ArgumentParser
import CommandLineTool
import Settlement

/// Ends the work of a round.
struct CloseRound: Tool {
    static let configuration = CommandConfiguration(
        commandName: "close",
        abstract: "Take no more work for a round; verdicts may still come.",
        discussion: """
            What is sealed from then on is all there is, so that audits can be drawn from the \
            checkpoint. Settling closes a round by itself. A round that is closed stays so.

            Example:
              nous-ledger close ledger --round 1 --operator-key operator.json
            """)

    @Argument(help: ArgumentHelp("The ledger.", valueName: "ledger"))
    var ledger: String

    @OptionGroup var round: RoundOption
    @OptionGroup var writer: WriterOptions
    @OptionGroup var global: GlobalOptions

    func run() throws {
        var writer = try writer.writer(of: ledger, quiet: global.quiet)
        switch writer.state.phase(of: round.number) {
        case .ahead: throw Failure(.answerIsNo, "round \(round.number) is not open")
        case .closed, .provisional, .final: return
        case .open: break
        }
        _ = try writer.submit(RoundNotice(.closing, round: round.number).json)
        try writer.commit()
    }
}
