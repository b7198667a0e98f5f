package import Encodings
package import Identity
import Storage

extension FraudProof {
    /// What a proof that holds shows.
    package struct Finding: Sendable {
        /// Who signed the false element.
        package let signer: PublicKey
        /// About which step.
        package let statement: StepStatement
        /// Of which operator.
        package let `operator`: Operator
        /// The element that was signed.
        package let claimed: Float
        /// What the operator gives on the inputs signed with it.
        package let correct: Float
    }

    /// Checks signature, openings and the one element; refuses a proof that does not hold.
    package func check() throws(MalformedInput) -> Finding {
        let (statement, signer) = try StepStatement.verify(record)
        for (index, opening) in operators.sorted(by: { $0.key < $1.key }) {
            try check(opening, index, statement)
        }
        guard let step = operators[number]?.step.description else {
            throw MalformedInput("expected the line of operator \(number), found none")
        }
        guard step.kind != .source, step.kind != .state else {
            throw MalformedInput("operator \(number), \(step.name), computes nothing")
        }
        guard row < step.shape.rows, column < step.shape.columns else {
            throw MalformedInput("element (\(row), \(column)) is outside of '\(step.name)'")
        }
        let inputs = OpenedInputs(proof: self, numbers: step.inputs)
        let claimed = try inputs.opened(number, row: row, column..<column + 1)[0]
        try step.expectSound()
        let correct = try step.values(row: row, column..<column + 1, from: inputs)[0]
        guard correct.isSame(as: self.correct) else {
            throw .field("correct", expected: "\(correct)", found: "\(self.correct)")
        }
        guard !claimed.isSame(as: correct) else {
            throw MalformedInput(
                "no fraud: element (\(row), \(column)) of '\(step.name)' is \(claimed), as signed")
        }
        return Finding(
            signer: signer, statement: statement, operator: step, claimed: claimed,
            correct: correct)
    }

    private func check(
        _ opening: Opening, _ index: Int, _ statement: StepStatement
    ) throws(MalformedInput) {
        let holds = MerkleTree.verifyInclusion(
            leafHash: MerkleTree.leafHash(opening.step.line), index: UInt64(index),
            treeSize: UInt64(statement.operators), proof: opening.path, root: statement.root)
        guard holds else {
            throw MalformedInput("operator \(index) is not under the signed root")
        }
    }
}

/// Inputs of which a proof opens some tiles.
struct OpenedInputs: OperatorInputs {
    let proof: FraudProof
    let numbers: [Int]

    /// Of an operator whose line the proof does not have, nothing can be read.
    func shape(_ input: Int) -> Operator.Shape {
        proof.operators[numbers[input]]?.step.description.shape ?? Operator.Shape(1, 1)
    }

    func read(
        _ input: Int, row: Int, _ columns: Range<Int>
    ) throws(MalformedInput) -> [Float] {
        try opened(numbers[input], row: row, columns)
    }

    /// Some elements of the value of operator `number`, whose tiles must lead to its root.
    func opened(
        _ number: Int, row: Int, _ columns: Range<Int>
    ) throws(MalformedInput) -> [Float] {
        guard let step = proof.operators[number]?.step else {
            throw MalformedInput("expected the line of operator \(number), found none")
        }
        let shape = step.description.shape
        guard shape.contains(row: row, columns) else {
            throw MalformedInput("row \(row), columns \(columns) are outside of operator \(number)")
        }
        let tree = ValueTree(shape)
        var elements: [Float] = []
        for index in tree.tiles(row: row, columns) {
            guard let tile = proof.tiles[FraudProof.TileKey(number: number, tile: index)] else {
                throw MalformedInput("expected tile \(index) of operator \(number), found none")
            }
            let range = tree.elements(ofTile: index)
            let holds =
                tile.elements.count == range.count
                && MerkleTree.verifyInclusion(
                    leafHash: ValueTree.hash(tile.elements), index: UInt64(index),
                    treeSize: UInt64(tree.tileCount), proof: tile.path, root: step.root)
            guard holds else {
                throw MalformedInput("tile \(index) of operator \(number) is not under its root")
            }
            let wanted = range.clamped(
                to: row * shape.columns + columns.lowerBound..<row * shape.columns
                    + columns.upperBound)
            elements +=
                tile.elements[
                    wanted.lowerBound - range.lowerBound..<wanted.upperBound - range.lowerBound]
        }
        return elements
    }
}
