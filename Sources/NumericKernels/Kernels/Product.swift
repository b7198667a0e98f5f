import NumericKernels

extension ProductKernels {
    /// This set's product kernels.
    static var compiled: ProductKernels {
        #if KERNELS_AVX512
            let (depth, rows) = (512, 336)
        #elseif KERNELS_AVX2
            let (depth, rows) = (384, 192)
        #else
            let (depth, rows) = (256, 96)
        #endif
        return unsafe ProductKernels(
            tileRows: tileRowLimit, tileColumns: tileColumnCount, depthBlock: depth, rowBlock: rows,
            columnBlock: 3072,
            packLeft: packTiles, packRight: packPanels,
            multiply: multiplyBlock)
    }
}

/// Multiplies one packed block of A by one of B: every panel by every tile.
///
/// A panel stays in the first-level cache while the tiles of A pass.
func multiplyBlock(_ block: ProductBlock) {
    let tiling = RowTiling(block.rows)
    var column = 0
    while column < block.columns {
        let right = unsafe block.right + column &* block.depth
        if column &+ tileColumnCount <= block.columns {
            unsafe multiplyPanel(block, tiling, right, column)
        } else {
            unsafe multiplyLastPanel(block, tiling, right, column)
        }
        column &+= tileColumnCount
    }
}

/// Multiplies the tiles by one whole panel, straight into C.
@inline(__always)
private func multiplyPanel(
    _ block: ProductBlock, _ tiling: RowTiling, _ right: UnsafePointer<Float>, _ column: Int
) {
    var output = unsafe block.output + column
    var left = unsafe block.left
    for tile in 0..<tiling.count {
        let rows = tiling.rows(of: tile)
        let isLast = tile &+ 1 == tiling.count
        let next =
            unsafe isLast
            ? block.output + column + tileColumnCount : output + rows &* block.outputStride
        unsafe runTile(
            rows: rows, left: left, right: right, depth: block.depth, output: output,
            stride: block.outputStride, continues: block.continues, next: next)
        unsafe output += rows &* block.outputStride
        unsafe left += rows &* block.depth
    }
}

/// Multiplies the tiles by the last, narrower panel, by way of a tile-sized buffer.
private func multiplyLastPanel(
    _ block: ProductBlock, _ tiling: RowTiling, _ right: UnsafePointer<Float>, _ column: Int
) {
    let size = tileRowLimit &* tileColumnCount
    unsafe withUnsafeTemporaryAllocation(of: Float.self, capacity: size) { buffer in
        guard let tile = buffer.baseAddress else { return }
        // The sums of columns beyond the width are dropped.
        for index in 0..<size { unsafe tile[index] = 0 }
        let width = block.columns &- column
        var output = unsafe block.output + column
        var left = unsafe block.left
        for index in 0..<tiling.count {
            let rows = tiling.rows(of: index)
            if block.continues {
                unsafe copyRows(
                    output, block.outputStride, rows, width, into: tile, tileColumnCount)
            }
            unsafe runTile(
                rows: rows, left: left, right: right, depth: block.depth, output: tile,
                stride: tileColumnCount, continues: block.continues, next: tile)
            unsafe copyRows(
                tile, tileColumnCount, rows, width, into: output, block.outputStride)
            unsafe output += rows &* block.outputStride
            unsafe left += rows &* block.depth
        }
    }
}
