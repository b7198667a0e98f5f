package import ArgumentParser
import CommandLineTool
package import Corpus
import Encodings
package import Rounds

/// The public inputs of a round, which training and verification share.
package struct RoundOptions: ParsableArguments {
    @Option(help: ArgumentHelp("The run file; - is standard input.", valueName: "run.yaml"))
    package var run: String

    @Option(
        help: ArgumentHelp(
            "The checkpoint trained from; - is standard input.", valueName: "checkpoint"))
    package var base: String

    @Option(help: ArgumentHelp("The directory nous-shard pack wrote.", valueName: "directory"))
    package var data: String

    @Option(
        help: ArgumentHelp(
            "What nous-shard assign printed for this round; - is standard input.",
            valueName: "file"))
    package var assignments: String

    /// The defaults.
    package init() {}

    /// The operands that `-` may make standard input.
    package var operands: [String] { [run, base, assignments] }

    /// Reads and cross-checks the run file, the base, the data and the assignments.
    package func read() throws -> Round {
        let configuration = try RunFile.read(run)
        let checkpoint = try CheckpointFile.read(base, of: configuration)
        let corpus = try CorpusDirectory.read(data, of: configuration)
        let round = checkpoint.lineage.round + 1
        let lines = try AssignmentFile.read(
            assignments, round: round, run: configuration, corpus: corpus)
        return Round(run: configuration, base: checkpoint, corpus: corpus, assignments: lines)
    }

    /// A round's public inputs.
    package struct Round {
        /// The run.
        package let run: RunConfiguration
        /// The checkpoint trained from.
        package let base: Checkpoint
        /// The data.
        package let corpus: TokenizedCorpus
        /// One assignment a worker.
        package let assignments: [Assignment]
    }
}
