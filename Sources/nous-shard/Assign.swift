import ArgumentParser
import CommandLineTool
import Corpus
import Encodings
import Identity
import Rounds
import RunFiles
import Storage

/// Says who trains on what in a round.
struct Assign: Tool {
    static let configuration = CommandConfiguration(
        abstract: "Print who trains on which sequences in a round.",
        discussion: """
            Prints one assignment a line for the workers of a roster. Everybody who has the same \
            roster and the same data root gets the same lines.

            Example:
              nous-ledger roster ledger --round 1 | nous-shard assign --run run.yaml --data corpus
            """)

    @Option(help: "The directory of the corpus.")
    var data: String

    @Option(help: "The roster of the round; - is standard input.")
    var roster = "-"

    @Option(
        name: .customLong("run"),
        help: ArgumentHelp("The run file; - is standard input.", valueName: "run.yaml"))
    var runFile: String

    @Option(help: "Print the line of this worker only, a public key in base58.")
    var worker: String?

    private static let maximumRosterBytes = 1 << 26

    func validate() throws {
        try Operand.expectOneStream([roster, runFile])
    }

    func run() throws {
        let configuration = try RunFile.read(runFile)
        let summary = try CorpusFile.readSummary(directory: data)
        guard summary.train.root == configuration.data.root else {
            throw MalformedInput.field(
                "data root", expected: configuration.data.root.hex, found: summary.train.root.hex
            ).within(data)
        }
        let roster = try readRoster()
        guard roster.run == configuration.digest else {
            throw MalformedInput.field(
                "run", expected: configuration.digest.hex, found: roster.run.hex
            ).within(Operand.name(self.roster))
        }
        let rule = try AssignmentRule(
            dataRoot: summary.train.root, sequenceCount: UInt64(summary.train.rows),
            orderSeed: configuration.seed,
            batchesPerRound: UInt64(configuration.round.batches),
            batch: UInt64(configuration.round.batch))
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
