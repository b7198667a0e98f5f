package import Encodings
package import Numerics
package import Storage
import Synchronization

/// That somebody signed an element which its operator does not give on the inputs signed with it.
///
/// It needs no model, no data and no network: the operator's line, the lines of its inputs and the
/// tiles that hold the numbers are opened under the signed root. Specified in
/// docs/formats/dispute.md.
package struct FraudProof: Sendable {
    /// The signed statement.
    package let record: JSON
    /// The operator in question and those whose values it reads, by number.
    package let operators: [Int: Opening]
    /// Tiles of their values, by the operator's number and the tile's.
    package let tiles: [TileKey: Tile]
    /// The operator in question.
    package let number: Int
    /// The row of the element.
    package let row: Int
    /// The column of the element.
    package let column: Int
    /// What the operator gives.
    package let correct: Float

    /// An operator's line and the hashes that lead from it to the root of the trace.
    package struct Opening: Sendable {
        /// The operator.
        package let step: CommittedOperator
        /// The hashes, from the leaf upwards.
        package let path: [Digest]
    }

    /// A tile of a value.
    package struct TileKey: Hashable, Sendable {
        /// The operator's number.
        package let number: Int
        /// The tile's.
        package let tile: Int
    }

    /// The elements of a tile and the hashes that lead from it to the root of the value.
    package struct Tile: Sendable {
        /// The elements.
        package let elements: [Float]
        /// The hashes, from the leaf upwards.
        package let path: [Digest]
    }

    init(
        record: JSON, operators: [Int: Opening], tiles: [TileKey: Tile], number: Int, row: Int,
        column: Int, correct: Float
    ) {
        self.record = record
        self.operators = operators
        self.tiles = tiles
        self.number = number
        self.row = row
        self.column = column
        self.correct = correct
    }
}

extension FraudProof {
    /// The proof against the signer of a trace that an element of operator `number` is not `correct`.
    package init(
        against trace: StepTrace, number: Int, row: Int, column: Int, correct: Float,
        arithmetic: Arithmetic
    ) {
        let step = trace.operators[number].description
        let recorder = RecordingInputs(
            known: KnownInputs(
                values: step.inputs.map { trace.values[$0] },
                shapes: step.inputs.map { trace.operators[$0].description.shape }),
            numbers: step.inputs)
        _ = step.values(row: row, column..<column + 1, from: recorder)
        var needed = recorder.tiles.withLock { $0 }
        needed.insert(TileKey(number: number, tile: ValueTree(step.shape).tile(row: row, column)))

        let lines = trace.operators.map { MerkleTree.leafHash($0.line) }
        let numbers = Set(
            [number] + step.inputs.filter { input in needed.contains { $0.number == input } })
        let operators = numbers.reduce(into: [Int: Opening]()) {
            $0[$1] = Opening(
                step: trace.operators[$1],
                path: MerkleTree.inclusionProof($1, leafHashes: lines))
        }
        let hashes = numbers.reduce(into: [Int: [Digest]]()) {
            $0[$1] = ValueTree(trace.operators[$1].description.shape)
                .leafHashes(trace.values[$1], arithmetic)
        }
        let tiles = needed.reduce(into: [TileKey: Tile]()) { tiles, key in
            let tree = ValueTree(trace.operators[key.number].description.shape)
            tiles[key] = Tile(
                elements: trace.values[key.number][tree.elements(ofTile: key.tile)].array,
                path: MerkleTree.inclusionProof(
                    key.tile, leafHashes: hashes[key.number] ?? []))
        }
        self.init(
            record: trace.record, operators: operators, tiles: tiles, number: number, row: row,
            column: column, correct: correct)
    }
}
