import ArgumentParser
import CommandLineTool
import Encodings
import Storage
import Verification

/// Finds signers of two statements that cannot both be honest.
struct FindingEquivocations: Tool {
    static let configuration = CommandConfiguration(
        commandName: "equivocation",
        abstract: "Find workers and verifiers who signed two things, and print proofs of it.",
        discussion: """
            A worker publishes one contribution a round, and a verifier finds one thing of a \
            contribution. Whoever signed two is proven to have done so by both statements, which \
            are printed in one record: anybody can check it, also by giving it to this command. \
            Signatures that do not hold prove nothing and are refused (status 65).

            Operands are contributions, and files of verdicts, audits, proofs or ledger entries, \
            one a line. The exit status is 1 if anybody is found, and 0 if nobody is.

            Example:
              nous-verify equivocation a/anna.contribution b/anna.contribution
              nous-ledger log --json ledger | nous-verify equivocation - *.contribution
            """)

    @Argument(
        help: ArgumentHelp(
            "Contributions, and files of signed records; - is standard input.",
            valueName: "statements"))
    var operands: [String]

    func validate() throws {
        try Operand.expectOneStream(operands)
    }

    func run() throws {
        var statements = Equivocation.Statements()
        for operand in operands { try StatementFile.add(operand, to: &statements) }
        let found = statements.equivocations
        var sink = Operand.standardOutput
        for equivocation in found { try sink.write(equivocation.json.orderedLine) }
        if !found.isEmpty { throw ExitCode(ExitStatus.answerIsNo.rawValue) }
    }
}
