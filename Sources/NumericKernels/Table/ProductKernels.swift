/// The parts of a packed, register-tiled matrix product C = A·B, A `[M, K]`, B `[K, N]`.
///
/// A block of A is packed in tiles of at most `tileRows` rows, `[tile][k][row]`, and a block of B
/// in panels of `tileColumns` columns, `[panel][k][column]`, the last panel filled up with zeros.
@safe package struct ProductKernels: Sendable {
    /// Packs `outer` rows or columns, `depth` steps of k each: source, the strides from one row
    /// (or column) and from one k to the next, `outer`, `depth`, destination.
    package typealias Pack =
        @Sendable (UnsafePointer<Float>, Int, Int, Int, Int, UnsafeMutablePointer<Float>) -> Void
    /// Multiplies a packed block `[rows, depth]` by packed panels `[depth, columns]`.
    package typealias Multiply = @Sendable (ProductBlock) -> Void

    /// The rows of C one tile computes at most.
    package let tileRows: Int
    /// The columns of C one tile computes.
    package let tileColumns: Int
    /// The steps of k in one block.
    package let depthBlock: Int
    /// The rows of A in one block, packed by one thread.
    package let rowBlock: Int
    /// The columns of B in one block, shared by all threads.
    package let columnBlock: Int
    /// Packs a block of A; the destination has 16 floats to spare behind its end.
    package let packLeft: Pack
    /// Packs a block of B.
    package let packRight: Pack
    /// The product of two packed blocks, written to C.
    package let multiply: Multiply

    /// Collects the parts.
    package init(
        tileRows: Int, tileColumns: Int, depthBlock: Int, rowBlock: Int, columnBlock: Int,
        packLeft: @escaping Pack, packRight: @escaping Pack, multiply: @escaping Multiply
    ) {
        self.tileRows = tileRows
        self.tileColumns = tileColumns
        self.depthBlock = depthBlock
        self.rowBlock = rowBlock
        self.columnBlock = columnBlock
        unsafe self.packLeft = packLeft
        unsafe self.packRight = packRight
        self.multiply = multiply
    }
}

/// One packed block of A, one of B, and where in C their product goes.
@safe package struct ProductBlock {
    /// A, packed `[tile][k][row]`.
    package let left: UnsafePointer<Float>
    /// B, packed `[panel][k][column]`.
    package let right: UnsafePointer<Float>
    /// The first element of C, rows `outputStride` apart.
    package let output: UnsafeMutablePointer<Float>
    /// The distance between rows of C.
    package let outputStride: Int
    /// The rows of the block.
    package let rows: Int
    /// The columns of the block.
    package let columns: Int
    /// The steps of k.
    package let depth: Int
    /// Whether the chains go on from the values in C, or start at +0.
    package let continues: Bool

    /// Describes one block.
    package init(
        left: UnsafePointer<Float>, right: UnsafePointer<Float>,
        output: UnsafeMutablePointer<Float>, outputStride: Int,
        rows: Int, columns: Int, depth: Int, continues: Bool
    ) {
        unsafe self.left = left
        unsafe self.right = right
        unsafe self.output = output
        self.outputStride = outputStride
        self.rows = rows
        self.columns = columns
        self.depth = depth
        self.continues = continues
    }
}
