import ArgumentParser
import CommandLineTool

/// Merges: the contributions of a round, which is what it does unless told otherwise, or models.
@main
struct NousMerge: Tool {
    static let configuration = CommandConfiguration(
        commandName: "nous-merge",
        abstract: "Merge the contributions of a round into a checkpoint, or whole models into one.",
        discussion: """
            The word "round" may be left out.

            Example:
              nous-merge --run run.yaml --base base.tar.zst --verdicts verdicts.ndjson \\
                --verifier $VERIFIER *.contribution -o next.tar.zst
              nous-merge models merge.yaml -o merged
            """,
        version: toolVersion,
        subcommands: [Round.self, Models.self, Inspect.self],
        defaultSubcommand: Round.self)
}
