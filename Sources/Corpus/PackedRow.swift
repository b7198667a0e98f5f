/// A row as it is trained on: its tokens and, where rows say that, the documents in it.
package struct PackedRow: Sendable, Equatable {
    /// The tokens, T + 1.
    package let tokens: [UInt32]
    /// The lengths of the documents, or parts of such, that stand in the row one after another.
    ///
    /// Padding follows. Nil if the row is one text.
    package let segments: [Int]?
}

extension TokenRows {
    /// The row `index` with its segments.
    package func packedRow(_ index: Int) -> PackedRow {
        PackedRow(tokens: row(index), segments: segments?.row(index).map(\.length))
    }

    /// The tokens of row `index` without padding.
    package func text(_ index: Int) -> [UInt32] {
        let tokens = row(index)
        let filled = segments?.row(index).reduce(0) { $0 + $1.length }
        return Array(tokens.prefix(filled ?? tokens.count))
    }

    /// The tokens of row `index` that are predicted: all but the first of each segment.
    package func predictedCount(_ index: Int) -> Int {
        segments?.row(index).reduce(0) { $0 + $1.length - 1 } ?? rowLength - 1
    }
}
