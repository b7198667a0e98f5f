import ArgumentParser
import CommandLineTool
import Disputes
import Encodings
import Identity
import RunFiles
import Storage

/// Finds where two accounts of one contribution part.
struct Bisect: Tool {
    static let configuration = CommandConfiguration(
        abstract: "Find the first step, or the first operator and element, where two traces part.",
        discussion: """
            Takes two files of roots, or two directories of one step, as `nous-verify trace` writes them. \
            Of roots it prints the first step after which they differ. Of a step it finds the \
            first operator that differs, its first tile and element, computes that element from inputs on which both \
            agree, and writes a fraud proof against the signer who is wrong. The exit status is 0 if the \
            two agree, 1 if they part.

            Example:
              nous-verify bisect anna.roots my.roots
              nous-verify bisect anna-step-7 my-step-7 -o fraud.json
            """)

    @Option(
        name: .shortAndLong,
        help: ArgumentHelp("The fraud proof, if there is fraud.", valueName: "file"))
    var output: String?

    @Argument(help: ArgumentHelp("One account.", valueName: "trace"))
    var first: String

    @Argument(help: ArgumentHelp("The other.", valueName: "trace"))
    var second: String

    @OptionGroup var arithmetic: ArithmeticOptions

    func run() throws {
        let answer: JSON
        switch (Files.isDirectory(first), Files.isDirectory(second)) {
        case (true, true): answer = try compareSteps()
        case (false, false): answer = try compareRoots()
        default:
            throw Failure(.usage, "expected two files of roots or two directories of steps")
        }
        try Operand.print(answer.orderedText)
        guard answer["agree"]?.bool == true else {
            throw ExitCode(ExitStatus.answerIsNo.rawValue)
        }
    }

    private func compareRoots() throws -> JSON {
        let records = try [first, second].map { operand in
            let bytes = try Operand.read(operand, limit: StepRoots.sizeLimit)
            do throws(MalformedInput) {
                return try StepRoots.verify(JSON(parsing: bytes, limits: .record))
            } catch {
                throw error.within(Operand.name(operand))
            }
        }
        guard let step = try records[0].roots.firstDifference(from: records[1].roots) else {
            return ["agree": true, "steps": .integer(Int64(records[0].roots.roots.count - 1))]
        }
        return ["agree": false, "step": .integer(Int64(step))]
    }

    private func compareSteps() throws -> JSON {
        let machine = try StopSignals.held { try arithmetic.arithmetic() }
        let traces = try [first, second].map { try TraceFiles.read($0, arithmetic: machine) }
        switch try Bisection(traces[0], traces[1], arithmetic: machine).answer() {
        case .agree:
            return ["agree": true, "operators": .integer(Int64(traces[0].operators.count))]
        case .differentInputs(let name, let found):
            return [
                "agree": false, "operator": .string(name), "kind": "inputs",
                "found": .array(found.map { .string($0) }),
            ]
        case .fraud(let proof, let liar):
            if let output { try Operand.write(proof.bytes, to: output) }
            let step = proof.operators[proof.number]?.step.description
            return [
                "agree": false, "operator": .string(step?.name ?? ""),
                "kind": .string(step?.kind.rawValue ?? ""), "row": .integer(Int64(proof.row)),
                "column": .integer(Int64(proof.column)), "fraud_by": liar.json,
                "proof_bytes": .integer(Int64(proof.bytes.count)),
            ]
        }
    }
}
