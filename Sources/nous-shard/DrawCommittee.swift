import ArgumentParser
import CommandLineTool
import Corpus
import Encodings
import Identity
import Rounds
import RunFiles
import Storage

/// Draws the committee that checks a piece of work.
struct DrawCommittee: Tool {
    static let configuration = CommandConfiguration(
        commandName: "committee",
        abstract: "Print who checks a contribution: workers drawn by the roster's seed.",
        discussion: """
            Each draw is in proportion to the weights of those not yet drawn. Everybody who has \
            the same roster draws the same members, and nobody can before the seed is known.

            Example:
              nous-shard committee --run run.yaml --roster roster.json --size 2 \\
                --subject $CONTRIBUTION --except $WORKER
            """)

    @Option(
        name: .customLong("run"),
        help: ArgumentHelp("The run file; - is standard input.", valueName: "run.yaml"))
    var runFile: String

    @Option(help: "The roster of the round; - is standard input.")
    var roster = "-"

    @Option(help: "How many members to draw.")
    var size: Int

    @Option(help: "The digest of what is to be checked, such as that of a contribution.")
    var subject: String

    @Option(
        help: "What the chances are proportional to: stake or throughput.")
    var weight = AssignmentWeight.stake

    @Option(help: "The worker whose work it is and who may not check it, a key in base58.")
    var except: String?

    func validate() throws {
        try Operand.expectOneStream([roster, runFile])
        guard (1...Committee.maximumSize).contains(size) else {
            throw ValidationError("--size must be from 1 to \(Committee.maximumSize)")
        }
    }

    func run() throws {
        let subject = try Parse.digest(subject, "--subject")
        let except = try except.map { try Parse.key($0, "--except") }
        let run = try RunFile.read(runFile)
        let roster = try RosterOperand.within(roster) {
            try RosterOperand.read(self.roster, of: run)
        }
        let committee = Committee(
            of: size, from: roster, by: weight, subject: subject, excluding: except)
        try Operand.print(committee.json.orderedText)
    }
}

extension AssignmentWeight: ExpressibleByArgument {}
