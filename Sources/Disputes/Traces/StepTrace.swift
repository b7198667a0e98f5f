package import Encodings
package import Identity
import LanguageModel
package import Numerics
import Rounds
import Storage

/// One inner step written out: who signed it, every operator's line, and every operator's value.
package struct StepTrace: Sendable {
    /// The signed statement as it stands in the file.
    package let record: JSON
    /// What it says.
    package let statement: StepStatement
    /// Who signed it.
    package let signer: PublicKey
    /// The operators with the roots over their values.
    package let operators: [CommittedOperator]
    /// The values, in the order of the operators.
    package let values: [FloatView]

    /// Where in a round the step is.
    package struct Place: Sendable {
        /// Inner steps of the round that were taken before.
        package let step: Int
        /// Optimizer steps taken before since the worker's moments were zero.
        package let optimizerSteps: Int

        /// A place.
        package init(step: Int, optimizerSteps: Int) {
            self.step = step
            self.optimizerSteps = optimizerSteps
        }
    }

    /// The trace of a computed step, signed by `key`.
    package init(
        of contribution: TracedContribution, at place: Place, _ step: StepValues,
        signedBy key: SigningKey, arithmetic: Arithmetic
    ) {
        operators = zip(step.graph.operators, step.values).map { description, value in
            CommittedOperator(
                description, root: ValueTree(description.shape).root(value, arithmetic))
        }
        values = step.values
        statement = StepStatement(
            contribution: contribution, step: place.step,
            opening: step.stateRoot(
                steps: place.step, optimizerSteps: place.optimizerSteps, isClosing: false,
                arithmetic),
            closing: step.stateRoot(
                steps: place.step + step.graph.steps,
                optimizerSteps: place.optimizerSteps + step.graph.steps, isClosing: true,
                arithmetic),
            operators: operators.count, root: StepTrace.root(operators))
        signer = key.publicKey
        record = statement.signed(with: key)
    }

    /// A trace that was read: refused unless its values have the roots that the statement signs.
    package init(
        record: JSON, operators: [CommittedOperator], values: [FloatView], arithmetic: Arithmetic
    ) throws(MalformedInput) {
        (statement, signer) = try StepStatement.verify(record)
        self.record = record
        self.operators = operators
        self.values = values
        guard operators.count == statement.operators, operators.count == values.count,
            StepTrace.root(operators) == statement.root
        else {
            throw .field(
                "root", expected: "\(statement.root) over \(statement.operators) operators",
                found: "\(StepTrace.root(operators)) over \(operators.count)")
        }
        for (number, (step, value)) in zip(operators, values).enumerated() {
            let root = ValueTree(step.description.shape).root(value, arithmetic)
            guard root == step.root else {
                throw MalformedInput.field("root", expected: step.root.hex, found: root.hex)
                    .within("operator \(number), \(step.description.name)")
            }
        }
    }

    /// The Merkle root over the operators' lines.
    static func root(_ operators: [CommittedOperator]) -> Digest {
        MerkleTree.root(ofLeafHashes: operators.map { MerkleTree.leafHash($0.line) })
    }
}

extension StepValues {
    /// The root of the state the step begins from or ends in.
    func stateRoot(
        steps: Int, optimizerSteps: Int, isClosing: Bool, _ arithmetic: Arithmetic
    ) -> Digest {
        let opening = Dictionary(
            uniqueKeysWithValues: graph.operators.enumerated().compactMap { number, step in
                step.kind == .state ? (step.name, number) : nil
            })
        let buffers = StepGraph.buffers.map { buffer in
            let flat = FloatStorage(count: graph.layout.count)
            for tensor in graph.layout.tensors {
                let key = StepGraph.StateTensor(buffer, tensor.name)
                let number = isClosing ? graph.closing[key] : opening["\(buffer)/\(tensor.name)"]
                guard let number else { preconditionFailure("the state has all tensors") }
                flat.view[tensor.range].copy(from: values[number])
            }
            return (buffer, WeightStorage.float32(flat))
        }
        return StateRoot.root(
            steps: steps, optimizerSteps: optimizerSteps, buffers: buffers, layout: graph.layout,
            arithmetic: arithmetic)
    }
}
