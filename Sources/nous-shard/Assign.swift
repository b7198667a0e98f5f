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
            roster and the same data root gets the same lines; the data are not needed, only how \
            many sequences they have.

            Example:
              nous-ledger roster ledger --round 1 | nous-shard assign --run run.yaml \\
                --data data > assignments
            """)

    @OptionGroup var rule: RuleOptions

    @Option(help: "The roster of the round; - is standard input.")
    var roster = "-"

    @Option(help: "Print the line of this worker only, a public key in base58.")
    var worker: String?

    func validate() throws {
        try Operand.expectOneStream([roster, rule.runFile])
    }

    func run() throws {
        let (rule, run) = try rule.read()
        let slices = try RosterOperand.within(roster) {
            try rule.slices(RosterOperand.read(roster, of: run))
        }
        let printed = slices.filter { slice in
            worker.map { slice.worker.base58.hasSameBytes(as: $0) } ?? true
        }
        guard !printed.isEmpty else {
            throw Failure(.answerIsNo, "worker '\(worker ?? "")' is not in the roster")
        }
        var sink = Operand.standardOutput
        for slice in printed { try slice.write(rule.order, to: &sink) }
    }
}
