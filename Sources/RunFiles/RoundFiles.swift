import Artifacts
import CommandLineTool
package import Corpus
package import Encodings
import LanguageModel
package import Rounds
import Storage
package import Tokenization

/// Checkpoints by operand.
package enum CheckpointFile {
    /// Reads a checkpoint of any run.
    package static func read(_ operand: String) throws -> Checkpoint {
        let artifact = try Operand.readArtifact(
            operand, expecting: .checkpoint, sinks: Checkpoint.sinks)
        do throws(MalformedInput) {
            return try Checkpoint(artifact)
        } catch {
            throw error.within(Operand.name(operand))
        }
    }

    /// Reads a checkpoint of the given run.
    package static func read(
        _ operand: String, of run: RunConfiguration
    ) throws -> Checkpoint {
        let checkpoint = try read(operand)
        guard checkpoint.lineage.run == run.digest else {
            throw MalformedInput.field(
                "run", expected: run.digest.hex, found: checkpoint.lineage.run?.hex ?? "null"
            ).within("lineage.json").within(Operand.name(operand))
        }
        guard checkpoint.configuration == run.model else {
            throw MalformedInput("the model's shape is not the run's", in: "config.json")
                .within(Operand.name(operand))
        }
        return checkpoint
    }
}

extension CheckpointFile {
    /// The checkpoint's tokenizer, refused if it has tokens the model has not.
    package static func tokenizer(
        of checkpoint: Checkpoint, at operand: String
    ) throws(MalformedInput) -> Tokenizer {
        do throws(MalformedInput) {
            let tokenizer = try Tokenizer(parsing: checkpoint.tokenizer)
            guard tokenizer.vocabularySize <= checkpoint.configuration.vocabularySize else {
                throw .field(
                    "vocabulary", expected: "at most \(checkpoint.configuration.vocabularySize)",
                    found: "\(tokenizer.vocabularySize)")
            }
            return tokenizer
        } catch {
            throw error.within("tokenizer.json").within(operand)
        }
    }
}

/// Packed corpora by directory.
package enum CorpusDirectory {
    /// Reads the corpus the run names.
    package static func read(
        _ directory: String, of run: RunConfiguration
    ) throws -> TokenizedCorpus {
        let corpus = try TokenizedCorpus.read(directory)
        try expect("data root", run.data.root, corpus.dataRoot, directory)
        try expect("held-out root", run.data.heldOut, corpus.heldOutRoot, directory)
        try expect("tokenizer", run.tokenizer, corpus.tokenizerDigest, directory)
        guard corpus.sequenceLength == run.data.sequenceLength else {
            throw MalformedInput.field(
                "sequence length", expected: "\(run.data.sequenceLength)",
                found: "\(corpus.sequenceLength)"
            ).within(directory)
        }
        guard corpus.resetsAttention == run.data.resetsAttention else {
            throw MalformedInput.field(
                "reset_attention", expected: "\(run.data.resetsAttention)",
                found: "\(corpus.resetsAttention)"
            ).within(directory)
        }
        guard corpus.summary.vocabularySize <= run.model.vocabularySize else {
            throw MalformedInput.field(
                "vocabulary", expected: "at most \(run.model.vocabularySize) tokens",
                found: "\(corpus.summary.vocabularySize)"
            ).within(directory)
        }
        return corpus
    }

    /// Refuses data made with another tokenizer than the checkpoint's.
    package static func expectTokenizer(
        of checkpoint: Checkpoint, in corpus: TokenizedCorpus, at directory: String
    ) throws(MalformedInput) {
        try expect(
            "tokenizer", Digest(hashing: checkpoint.tokenizer), corpus.tokenizerDigest, directory)
    }

    private static func expect(
        _ name: String, _ expected: Digest, _ found: Digest, _ directory: String
    ) throws(MalformedInput) {
        guard expected == found else {
            throw .field(name, expected: expected.hex, found: found.hex).within(directory)
        }
    }
}

/// Rosters by operand.
package enum RosterFile {
    private static let sizeLimit = 1 << 26

    /// Reads the roster of one round.
    package static func read(
        _ operand: String, round: Int, run: RunConfiguration
    ) throws -> Roster {
        let bytes = try Operand.read(operand, limit: sizeLimit)
        do throws(MalformedInput) {
            let roster = try Roster(
                json: JSON(parsing: bytes, limits: JSONLimits(bytes: sizeLimit, depth: 3)))
            guard roster.run == run.digest else {
                throw .field("run", expected: run.digest.hex, found: roster.run.hex)
            }
            guard Int(roster.round) == round else {
                throw .field("round", expected: "\(round)", found: "\(roster.round)")
            }
            return roster
        } catch {
            throw error.within(Operand.name(operand))
        }
    }

    /// The assignments of one round, derived from its roster by the rule of docs/protocol.md.
    package static func assignments(
        _ operand: String, round: Int, run: RunConfiguration, corpus: TokenizedCorpus
    ) throws -> [Assignment] {
        let roster = try read(operand, round: round, run: run)
        do throws(MalformedInput) {
            return try AssignmentRule(
                dataRoot: corpus.dataRoot, sequenceCount: UInt64(corpus.sequenceCount),
                orderSeed: run.seed, batchesPerRound: UInt64(run.round.batches),
                batch: UInt64(run.round.batch), weight: run.round.weighsStake ? .stake : .throughput
            ).assignments(roster)
        } catch {
            throw error.within(Operand.name(operand))
        }
    }
}

/// Assignments by operand: NDJSON, one worker a line.
package enum AssignmentFile {
    private static let sizeLimit = 1 << 30

    /// Reads the assignments of one round, refusing any that do not fit the run and its data.
    package static func read(
        _ operand: String, round: Int, run: RunConfiguration, corpus: TokenizedCorpus
    ) throws -> [Assignment] {
        let bytes = try Operand.read(operand, limit: sizeLimit)
        var assignments: [Assignment] = []
        for (number, line) in bytes.split(separator: UInt8(ascii: "\n")).enumerated() {
            do throws(MalformedInput) {
                let assignment = try Assignment(json: JSON(parsing: Array(line)))
                try check(assignment, round: round, run: run, corpus: corpus)
                guard !assignments.contains(where: { $0.worker == assignment.worker }) else {
                    throw MalformedInput("worker \(assignment.worker) has an assignment already")
                }
                assignments.append(assignment)
            } catch {
                throw error.within("\(Operand.name(operand)): line \(number + 1)")
            }
        }
        guard !assignments.isEmpty else {
            throw MalformedInput("expected assignments, found none", in: Operand.name(operand))
        }
        return assignments
    }

    private static func check(
        _ assignment: Assignment, round: Int, run: RunConfiguration, corpus: TokenizedCorpus
    ) throws(MalformedInput) {
        guard assignment.run == run.digest else {
            throw .field("run", expected: run.digest.hex, found: assignment.run.hex)
        }
        guard Int(assignment.round) == round else {
            throw .field("round", expected: "\(round)", found: "\(assignment.round)")
        }
        guard assignment.dataRoot == run.data.root else {
            throw .field("data", expected: run.data.root.hex, found: assignment.dataRoot.hex)
        }
        guard Int(assignment.batch) == run.round.batch else {
            throw .field("batch", expected: "\(run.round.batch)", found: "\(assignment.batch)")
        }
        guard Int(assignment.steps) <= run.round.batches
        else {
            throw .field(
                "steps", expected: "at most \(run.round.batches)", found: "\(assignment.steps)")
        }
        if let index = assignment.sequences.first(where: { $0 >= corpus.sequenceCount }) {
            throw .field(
                "sequences", expected: "indices below \(corpus.sequenceCount)", found: "\(index)")
        }
    }
}
