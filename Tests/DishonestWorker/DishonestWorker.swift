import ArgumentParser
import CommandLineTool

/// Workers that lie, for demonstrations and tests; built with the tools, never installed with them.
@main
struct DishonestWorker: Tool {
    static let configuration = CommandConfiguration(
        commandName: "dishonest-worker",
        abstract: "Publish contributions that are not what they claim.",
        discussion: """
            The word "skip" may be left out.

            Example:
              dishonest-worker corpus build/dishonest
            """,
        subcommands: [SkipSteps.self, MakeCorpus.self],
        defaultSubcommand: SkipSteps.self)
}
