import ArgumentParser
import CommandLineTool

/// Trains one worker's share of a round, and what belongs to it.
@main
struct NousTrain: Tool {
    static let configuration = CommandConfiguration(
        commandName: "nous-train",
        abstract: "Train on an assignment and write a signed contribution.",
        discussion: """
            A contribution is a pure function of the run file, the base checkpoint, the data, the
            assignment and the worker's state: any machine, with any number of threads, writes the
            same bytes.
            """,
        version: toolVersion,
        subcommands: [Initialize.self, Run.self, Evaluate.self, Generate.self])
}
