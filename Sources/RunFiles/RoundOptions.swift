package import ArgumentParser
import CommandLineTool
package import Corpus
import Encodings
import LanguageModel
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

    /// The defaults.
    package init() {}

    /// The operands that `-` may make standard input.
    package var operands: [String] { [run, base] }

    /// Reads and cross-checks the run file, the base and the data.
    package func read() throws -> Round {
        let configuration = try RunFile.read(run)
        let checkpoint = try CheckpointFile.read(base, of: configuration)
        try expectHoldable(checkpoint)
        let corpus = try CorpusDirectory.read(data, of: configuration)
        return Round(run: configuration, base: checkpoint, corpus: corpus)
    }

    /// Refuses, before any work, a model whose state no bundle can keep.
    private func expectHoldable(_ base: Checkpoint) throws {
        guard base.layout.count <= WorkerState.parameterLimit else {
            throw MalformedInput(
                "expected a model of at most \(WorkerState.parameterLimit) parameters, as a"
                    + " worker's state can hold, found \(base.layout.count)"
            ).within(Operand.name(self.base))
        }
    }

    /// A round's public inputs.
    package struct Round {
        /// The run.
        package let run: RunConfiguration
        /// The checkpoint trained from.
        package let base: Checkpoint
        /// The data.
        package let corpus: TokenizedCorpus

        /// The number of the round: one more than the base's.
        package var number: Int { base.lineage.round + 1 }
    }
}

/// What a worker is told to train on.
package struct AssignmentsOption: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "What nous-shard assign printed for this round; - is standard input.",
            valueName: "file"))
    package var assignments: String

    /// The defaults.
    package init() {}

    /// Reads the assignments of a round, refusing any that do not fit the run and its data.
    package func read(for round: RoundOptions.Round) throws -> [Assignment] {
        try AssignmentFile.read(
            assignments, round: round.number, run: round.run, corpus: round.corpus)
    }
}
