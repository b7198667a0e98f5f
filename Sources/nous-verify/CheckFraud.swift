import ArgumentParser
import CommandLineTool
import Disputes
import Encodings
import Identity
import Storage

/// Checks a fraud proof.
struct CheckFraud: Tool {
    static let configuration = CommandConfiguration(
        commandName: "fraud",
        abstract: "Check a fraud proof; needs no model, no data and no other file.",
        discussion: """
            Prints what the proof shows, one line of JSON. The exit status is 0 if the proof holds, \
            1 if it does not, 65 if the file is no proof.

            Example:
              nous-verify fraud fraud.json
            """)

    @Argument(help: ArgumentHelp("The proof; - is standard input.", valueName: "proof"))
    var proof: String

    func run() throws {
        let bytes = try Operand.read(proof, limit: FraudProof.sizeLimit)
        let parsed: FraudProof
        do throws(MalformedInput) {
            parsed = try FraudProof(parsing: bytes)
        } catch {
            throw error.within(Operand.name(proof))
        }
        let finding: FraudProof.Finding
        do throws(MalformedInput) {
            finding = try parsed.check()
        } catch {
            try answer(["fraud": false, "reason": .string("\(error)")])
            throw ExitCode(ExitStatus.answerIsNo.rawValue)
        }
        let statement = finding.statement
        let contribution = statement.contribution
        try answer([
            "fraud": true, "signer": finding.signer.json,
            "contribution": contribution.digest.json, "run": contribution.run.json,
            "round": .integer(Int64(contribution.round)), "worker": contribution.worker.json,
            "step": .integer(Int64(statement.step)),
            "operator": .string(finding.operator.name),
            "row": .integer(Int64(parsed.row)), "column": .integer(Int64(parsed.column)),
            "signed": .string("\(finding.claimed)"), "correct": .string("\(finding.correct)"),
        ])
    }

    private func answer(_ json: JSON) throws {
        try Operand.print(json.orderedText)
    }
}
