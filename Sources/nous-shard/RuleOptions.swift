import ArgumentParser
import CommandLineTool
import Corpus
import Encodings
import Rounds
import RunFiles
import Storage

/// The rule by which a run's rounds are assigned.
struct RuleOptions: ParsableArguments {
    @Option(
        name: .customLong("run"),
        help: ArgumentHelp("The run file; - is standard input.", valueName: "run.yaml"))
    var runFile: String

    @Option(help: "The directory of the corpus, of which only the summary is read.")
    var data: String?

    @Option(help: "How many sequences the data have, for who has not the corpus.")
    var sequences: Int?

    func validate() throws {
        guard (data == nil) != (sequences == nil) else {
            throw ValidationError("give --data or --sequences")
        }
        guard sequences ?? 1 > 0 else { throw ValidationError("--sequences must be positive") }
    }

    /// The rule and the run it is of.
    func read() throws -> (AssignmentRule, RunConfiguration) {
        let run = try RunFile.read(runFile)
        let rule = try AssignmentRule(
            dataRoot: run.data.root, sequenceCount: UInt64(count(of: run)), orderSeed: run.seed,
            batchesPerRound: UInt64(run.round.batches), batch: UInt64(run.round.batch),
            weight: run.round.weighsStake ? .stake : .throughput)
        return (rule, run)
    }

    private func count(of run: RunConfiguration) throws -> Int {
        guard let data else { return sequences ?? 0 }
        let summary = try CorpusFile.readSummary(directory: data)
        guard summary.train.root == run.data.root else {
            throw MalformedInput.field(
                "data root", expected: run.data.root.hex, found: summary.train.root.hex
            ).within(data)
        }
        return summary.train.rows
    }
}

/// Rosters as operands.
enum RosterOperand {
    private static let maximumBytes = 1 << 26

    /// Reads a roster of the run.
    static func read(_ operand: String, of run: RunConfiguration) throws -> Roster {
        let bytes = try Operand.read(operand, limit: maximumBytes)
        let roster = try Roster(json: JSON(parsing: bytes))
        guard roster.run == run.digest else {
            throw MalformedInput.field("run", expected: run.digest.hex, found: roster.run.hex)
        }
        return roster
    }

    /// Does `body`, whose errors are about the roster.
    static func within<Value>(_ operand: String, _ body: () throws -> Value) throws -> Value {
        do {
            return try body()
        } catch let error as MalformedInput {
            throw error.within(Operand.name(operand))
        }
    }
}
