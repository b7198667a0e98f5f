/// A row as it is trained on: its tokens and, where rows say that, the documents in it.
package struct PackedRow: Sendable, Equatable {
    /// The tokens, T + 1.
    package let tokens: [UInt32]
    /// The lengths of the documents, or parts of such, that stand in the row one after another.
    ///
    /// Padding follows. Nil if the row is one text.
    package let segments: [Int]?
}

extension PackedRow {
    /// The tokens without padding.
    package var text: ArraySlice<UInt32> {
        tokens.prefix(segments?.reduce(0, +) ?? tokens.count)
    }
}

extension TokenRows {
    /// The row `index` with its segments.
    package func packedRow(_ index: Int) -> PackedRow {
        PackedRow(tokens: row(index), segments: segments?.row(index).map(\.length))
    }

    /// The tokens of row `index` that are predicted: all but the first of each segment.
    package func predictedCount(_ index: Int) -> Int {
        segments?.row(index).reduce(0) { $0 + $1.length - 1 } ?? rowLength - 1
    }
}
