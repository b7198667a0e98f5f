import ArgumentParser
import CommandLineTool
import Corpus
import Encodings
import Identity
import Storage

/// Says who trains on what in a round.
struct Assign: Tool {
    static let configuration = CommandConfiguration(
        abstract: "Print who trains on which sequences in a round.",
        discussion: """
            Prints one assignment a line for the workers of a roster. Everybody who has the same
            roster and the same data root gets the same lines.

              nous-ledger roster ... | nous-shard assign --data corpus --run-seed 17 \\
                  --batches-per-round 64 --batch 8
            """)

    @Option(help: "The directory of the corpus.")
    var data: String

    @Option(help: "The roster of the round; - is standard input.")
    var roster = "-"

    @Option(help: "The run's seed, which orders the sequences.")
    var runSeed: Int

    @Option(help: "The batches of one round, over all workers.")
    var batchesPerRound: Int

    @Option(help: "The sequences of one batch.")
    var batch: Int

    @Option(help: "Print the line of this worker only, a public key in base58.")
    var worker: String?

    private static let maximumRosterBytes = 1 << 26

    func validate() throws {
        guard runSeed >= 0 else { throw ValidationError("--run-seed must not be negative") }
        guard batchesPerRound > 0, batch > 0 else {
            throw ValidationError("--batches-per-round and --batch must be positive")
        }
    }

    func run() throws {
        let summary = try CorpusFile.readSummary(directory: data)
        let roster = try readRoster()
        let rule = try AssignmentRule(
            dataRoot: summary.train.root, sequenceCount: UInt64(summary.train.rows),
            orderSeed: UInt64(runSeed), batchesPerRound: UInt64(batchesPerRound),
            batch: UInt64(batch))
        let wanted = try rule.assignments(roster).filter { assignment in
            worker == nil || assignment.worker.base58 == worker
        }
        guard !wanted.isEmpty else {
            throw Failure(.answerIsNo, "worker '\(worker ?? "")' is not in the roster")
        }
        var sink = Operand.standardOutput
        for assignment in wanted { try sink.write(assignment.json.orderedBytes() + [0x0A]) }
    }

    private func readRoster() throws -> Roster {
        let bytes = try Operand.read(roster, limit: Self.maximumRosterBytes)
        do throws(MalformedInput) {
            return try Roster(json: JSON(parsing: bytes))
        } catch {
            throw error.within(Operand.name(roster))
        }
    }
}
