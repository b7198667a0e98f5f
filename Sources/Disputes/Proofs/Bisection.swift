package import Encodings
package import Identity
package import Numerics
import Storage

/// Where two traces of one step first part, and which of the two signers is wrong there.
package struct Bisection: Sendable {
    /// What came of comparing two traces.
    package enum Answer: Sendable {
        /// The traces say the same.
        case agree
        /// The first operator that differs begins the step or is another operator: the public inputs
        /// decide, not arithmetic. `found` is what each trace has there.
        case differentInputs(operator: String, found: [String])
        /// One signer's element is not what its operator gives on inputs that both agree on.
        case fraud(FraudProof, by: PublicKey)
    }

    private let traces: [StepTrace]
    private let arithmetic: Arithmetic

    /// A comparison of two traces of one step from one state, signed by two.
    package init(
        _ first: StepTrace, _ second: StepTrace, arithmetic: Arithmetic
    ) throws(MalformedInput) {
        guard first.statement.isAboutSameStep(as: second.statement) else {
            throw MalformedInput("expected two traces of one step from one state")
        }
        guard first.signer != second.signer else {
            throw MalformedInput("expected traces of two signers, found two of \(first.signer)")
        }
        traces = [first, second]
        self.arithmetic = arithmetic
    }

    /// Compares operators, then tiles, then elements, and computes the first that differs.
    package func answer() throws(MalformedInput) -> Answer {
        let (first, second) = (traces[0].operators, traces[1].operators)
        guard let number = zip(first, second).enumerated().first(where: { $1.0 != $1.1 })?.offset
        else {
            guard first.count == second.count else {
                return .differentInputs(
                    operator: "number of operators",
                    found: [first.count, second.count].map { "\($0)" })
            }
            return .agree
        }
        let step = first[number].description
        guard second[number].description == step, step.kind != .source, step.kind != .state else {
            return .differentInputs(
                operator: step.name,
                found: traces.map { describe($0.operators[number], $0, number) })
        }
        guard let (row, column) = differingElement(number, step) else {
            throw MalformedInput("the values of '\(step.name)' are equal, their roots are not")
        }
        // Whoever signs both traces chooses the operator.
        try step.expectSound()
        let inputs = CheckedInputs(
            known: KnownInputs(
                values: step.inputs.map { traces[0].values[$0] },
                shapes: step.inputs.map { first[$0].description.shape }))
        let correct = try step.values(row: row, column..<column + 1, from: inputs)[0]
        let element = row * step.shape.columns + column
        guard let liar = traces.first(where: { !$0.values[number][element].isSame(as: correct) })
        else {
            throw MalformedInput("the values of '\(step.name)' are equal, their roots are not")
        }
        return .fraud(
            FraudProof(
                against: liar, number: number, row: row, column: column, correct: correct,
                arithmetic: arithmetic), by: liar.signer)
    }

    private func describe(_ step: CommittedOperator, _ trace: StepTrace, _ number: Int) -> String {
        let value = trace.values[number]
        if value.count == 1 { return "\(step.description.name) = \(value[0])" }
        return String(decoding: step.line, as: UTF8.self)
    }

    /// The first tile with another hash, and in it the first element with other bits.
    private func differingElement(_ number: Int, _ step: Operator) -> (row: Int, column: Int)? {
        let tree = ValueTree(step.shape)
        let hashes = traces.map { tree.leafHashes($0.values[number], arithmetic) }
        let differs = zip(hashes[0], hashes[1]).enumerated().first { $1.0 != $1.1 }
        guard let tile = differs?.offset else { return nil }
        let values = traces.map { $0.values[number] }
        return tree.elements(ofTile: tile)
            .first { !values[0][$0].isSame(as: values[1][$0]) }
            .map { ($0 / step.shape.columns, $0 % step.shape.columns) }
    }
}

/// Known inputs of an operator that somebody else wrote down, which may ask for what is not there.
private struct CheckedInputs: OperatorInputs {
    let known: KnownInputs

    func shape(_ input: Int) -> Operator.Shape { known.shape(input) }

    func read(
        _ input: Int, row: Int, _ columns: Range<Int>
    ) throws(MalformedInput) -> [Float] {
        guard shape(input).contains(row: row, columns) else {
            throw MalformedInput("row \(row), columns \(columns) are outside of input \(input)")
        }
        return known.read(input, row: row, columns)
    }
}
