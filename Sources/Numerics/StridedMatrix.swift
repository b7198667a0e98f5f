/// The address of a matrix and the strides of its two indices.
@safe struct StridedMatrix: @unchecked Sendable {
    let base: UnsafeMutablePointer<Float>
    let rowStride: Int
    let columnStride: Int

    /// `matrix`, whose view begins at `base`.
    init(_ base: UnsafeMutablePointer<Float>, _ matrix: Matrix) {
        unsafe self.base = base
        rowStride = matrix.isTransposed ? 1 : matrix.rowStride
        columnStride = matrix.isTransposed ? matrix.rowStride : 1
    }
}

/// Weights in bfloat16, of which blocks are read as floats.
struct NarrowMatrix: Sendable {
    private let storage: BFloat16Storage
    private let start: Int
    private let lineLength: Int
    /// Whether columns, not rows, run through memory.
    let isTransposed: Bool

    /// `matrix`, which lies in `storage`.
    init(_ storage: BFloat16Storage, _ matrix: WeightMatrix) {
        self.storage = storage
        start = matrix.view.range.lowerBound
        lineLength = matrix.isTransposed ? matrix.rows : matrix.columns
        isTransposed = matrix.isTransposed
    }

    /// Writes a block as floats, its lines side by side as the matrix's are.
    func widen(_ rows: Range<Int>, _ columns: Range<Int>, into block: FloatStorage) {
        let (lines, part) = isTransposed ? (columns, rows) : (rows, columns)
        for (number, line) in lines.enumerated() {
            let first = start + line * lineLength + part.lowerBound
            storage.widen(
                first..<first + part.count,
                into: block.view[number * part.count..<(number + 1) * part.count])
        }
    }
}
