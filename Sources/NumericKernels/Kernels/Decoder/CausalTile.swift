/// Which terms of a chain a tile's rows take, counted along the chain.
enum ChainShape {
    /// Every row takes the same terms.
    case full
    /// Row r takes r terms more than row 0 at the end: keys up to a query.
    case lower
    /// Row r takes r terms fewer than row 0 at the start: queries from a key on.
    case upper
}

/// The operands of a small product inside one attention head: C[r, j] = Σ A[r, k]·B[k, j].
///
/// `a` steps by `rowStep` and `termStep`; rows of `b` and `c` are contiguous and as wide as whole
/// vectors. All three pointers are those of the tile's first row and of term 0.
@safe struct TileOperands {
    var a: UnsafePointer<Float>
    var rowStep: Int
    var termStep: Int
    var b: UnsafePointer<Float>
    var bStride: Int
    var c: UnsafeMutablePointer<Float>
    var cStride: Int
    /// Columns of C, a multiple of sixteen.
    var columns: Int
    /// Whether the chains go on from what C holds, instead of from +0.
    var accumulates = false
}

/// One register tile of `rows` rows by sixteen columns; each element is one fused chain.
enum CausalTile<let rows: Int> {
    /// Runs all columns over the terms `first..<last` (of row 0, as `shape` says).
    @inline(__always)
    static func run(_ tile: TileOperands, _ shape: ChainShape, from first: Int, to last: Int) {
        var column = 0
        while column < tile.columns {
            run(tile, shape, from: first, to: last, column: column)
            column += Lanes.scalarCount
        }
    }

    @inline(__always)
    private static func run(
        _ tile: TileOperands, _ shape: ChainShape, from first: Int, to last: Int, column: Int
    ) {
        var sums = InlineArray<rows, Lanes>(repeating: Lanes())
        let c = unsafe tile.c + column
        if tile.accumulates {
            for row in 0..<rows { unsafe sums[row] = Lanes(c + row * tile.cStride) }
        }
        var start = first
        if shape == .upper {
            for step in 0..<rows - 1 {
                let b = unsafe Lanes(tile.b + (first + step) * tile.bStride + column)
                for row in 0..<rows where row <= step {
                    add(tile, b, first + step, row, &sums)
                }
            }
            start = first + rows - 1
        }
        var term = start
        while term < last {
            let b = unsafe Lanes(tile.b + term * tile.bStride + column)
            for row in 0..<rows { add(tile, b, term, row, &sums) }
            term += 1
        }
        if shape == .lower {
            for step in 1..<rows {
                let b = unsafe Lanes(tile.b + (last + step - 1) * tile.bStride + column)
                for row in 0..<rows where row >= step {
                    add(tile, b, last + step - 1, row, &sums)
                }
            }
        }
        for row in 0..<rows { unsafe sums[row].store(c + row * tile.cStride) }
    }

    @inline(__always)
    private static func add(
        _ tile: TileOperands, _ b: Lanes, _ term: Int, _ row: Int,
        _ sums: inout InlineArray<rows, Lanes>
    ) {
        let a = unsafe tile.a[row * tile.rowStep + term * tile.termStep]
        sums[row] = fused(Lanes(repeating: a), b, sums[row])
    }
}

/// Rows of the tile attention runs on; what is left over runs row by row.
let causalTileRows = 6

/// Runs a tile of six rows or of one.
@inline(__always)
func runCausalTile(
    rows: Int, _ tile: TileOperands, _ shape: ChainShape, from first: Int, to last: Int
) {
    if rows == causalTileRows {
        CausalTile<6>.run(tile, shape, from: first, to: last)
    } else {
        CausalTile<1>.run(tile, shape, from: first, to: last)
    }
}
