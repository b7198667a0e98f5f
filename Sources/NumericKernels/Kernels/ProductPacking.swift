import NumericKernels

/// How rows are cut into tiles: as even as possible, so that no tile is a one-row straggler.
struct RowTiling {
    /// The number of tiles.
    let count: Int
    /// The rows of the later tiles; the first `larger` tiles have one more.
    private let rows: Int
    private let larger: Int

    /// Cuts `total` rows, at least one, into tiles of at most `tileRowLimit`.
    @inline(__always) init(_ total: Int) {
        count = (total &+ tileRowLimit &- 1) / tileRowLimit
        rows = total / count
        larger = total &- rows &* count
    }

    /// The rows of tile `index`.
    @inline(__always) func rows(of index: Int) -> Int { index < larger ? rows &+ 1 : rows }
}

/// Packs `rows` rows of A, `[tile][k][row]`.
@Sendable
func packTiles(
    _ source: UnsafePointer<Float>, _ rowStride: Int, _ depthStride: Int, _ rows: Int,
    _ depth: Int, _ packed: UnsafeMutablePointer<Float>
) {
    let tiling = RowTiling(rows)
    if rowStride == 1 {
        // Sixteen steps of k at a time, across all tiles: every fetched line is used up.
        var first = 0
        while first < depth {
            let steps = min(16, depth &- first)
            var row = 0
            for tile in 0..<tiling.count {
                let count = tiling.rows(of: tile)
                unsafe copySteps(
                    source + row + first &* depthStride, depthStride, steps, count,
                    packed + row &* depth + first &* count)
                row &+= count
            }
            first &+= steps
        }
    } else {
        var row = 0
        for tile in 0..<tiling.count {
            let count = tiling.rows(of: tile)
            unsafe transposeSteps(
                source + row &* rowStride, rowStride, depthStride, count, depth,
                packed + row &* depth)
            row &+= count
        }
    }
}

/// Packs `columns` columns of B, `[panel][k][column]`, the last panel filled up with zeros.
@Sendable
func packPanels(
    _ source: UnsafePointer<Float>, _ columnStride: Int, _ depthStride: Int, _ columns: Int,
    _ depth: Int, _ packed: UnsafeMutablePointer<Float>
) {
    let whole = columns / tileColumnCount
    if columnStride == 1 {
        var first = 0
        while first < depth {
            let steps = min(16, depth &- first)
            for panel in 0..<whole {
                unsafe copyPanelRows(
                    source + panel &* tileColumnCount + first &* depthStride, depthStride, steps,
                    packed + (panel &* depth &+ first) &* tileColumnCount)
            }
            first &+= steps
        }
    } else {
        for panel in 0..<whole {
            unsafe transposeSteps(
                source + panel &* tileColumnCount &* columnStride, columnStride, depthStride,
                tileColumnCount, depth, packed + panel &* depth &* tileColumnCount)
        }
    }
    let done = whole &* tileColumnCount
    guard done < columns else { return }
    var destination = unsafe packed + done &* depth
    for step in 0..<depth {
        for column in 0..<tileColumnCount {
            let index = (done &+ column) &* columnStride &+ step &* depthStride
            unsafe destination[column] = done &+ column < columns ? source[index] : 0
        }
        unsafe destination += tileColumnCount
    }
}

/// Copies `steps` rows of one whole panel, one register-wide row after the other.
@inline(__always)
private func copyPanelRows(
    _ source: UnsafePointer<Float>, _ stride: Int, _ steps: Int,
    _ packed: UnsafeMutablePointer<Float>
) {
    for step in 0..<steps {
        let row = unsafe UnsafeRawPointer(source + step &* stride).loadUnaligned(as: TileRow.self)
        unsafe UnsafeMutableRawPointer(packed + step &* tileColumnCount)
            .storeBytes(of: row, as: TileRow.self)
    }
}

/// Copies `steps` runs of `count` floats, 1 to `tileRowLimit`, never reading behind a run.
@inline(__always)
private func copySteps(
    _ source: UnsafePointer<Float>, _ stride: Int, _ steps: Int, _ count: Int,
    _ packed: UnsafeMutablePointer<Float>
) {
    var from = unsafe source
    var to = unsafe packed
    for _ in 0..<steps {
        if count >= 4 {
            var index = 0
            while index &+ 4 < count {
                unsafe copyFour(from + index, to + index)
                index &+= 4
            }
            unsafe copyFour(from + (count &- 4), to + (count &- 4))
        } else {
            for index in 0..<count { unsafe to[index] = from[index] }
        }
        unsafe from += stride
        unsafe to += count
    }
}

@inline(__always)
private func copyFour(_ from: UnsafePointer<Float>, _ to: UnsafeMutablePointer<Float>) {
    unsafe storeFour(loadFour(from), to)
}

@inline(__always)
private func loadFour(_ address: UnsafePointer<Float>) -> SIMD4<Float> {
    unsafe UnsafeRawPointer(address).loadUnaligned(as: SIMD4<Float>.self)
}

@inline(__always)
private func storeFour(_ value: SIMD4<Float>, _ address: UnsafeMutablePointer<Float>) {
    unsafe UnsafeMutableRawPointer(address).storeBytes(of: value, as: SIMD4<Float>.self)
}

/// Packs `count` rows, each `depth` long, so that the values of one k lie side by side.
///
/// Where k runs through memory, square blocks are transposed in registers. The rows left over
/// come first: their stores run over into what is stored next.
@inline(__always)
private func transposeSteps(
    _ source: UnsafePointer<Float>, _ rowStride: Int, _ depthStride: Int, _ count: Int,
    _ depth: Int, _ packed: UnsafeMutablePointer<Float>
) {
    var step = 0
    if depthStride == 1 {
        let whole = count & ~(transposeWidth &- 1)
        while step &+ transposeWidth <= depth {
            let from = unsafe source + step
            let to = unsafe packed + step &* count
            if whole < count {
                unsafe transposeBlock(
                    from + whole &* rowStride, rowStride, rows: count &- whole, to + whole, count)
            }
            var row = 0
            while row < whole {
                unsafe transposeBlock(
                    from + row &* rowStride, rowStride, rows: transposeWidth, to + row, count)
                row &+= transposeWidth
            }
            step &+= transposeWidth
        }
    }
    while step < depth {
        for row in 0..<count {
            unsafe packed[step &* count &+ row] = source[row &* rowStride &+ step &* depthStride]
        }
        step &+= 1
    }
}
