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

/// Vectors of sixteen columns a tile of `causalTileRows` rows holds in registers.
#if KERNELS_AVX512
    private let vectorLimit = 4
#else
    private let vectorLimit = 1
#endif

/// Sums of `rows` rows by sixteen columns.
private typealias Sums<let rows: Int> = InlineArray<rows, Lanes>

/// One register tile of `rows` rows by up to 64 columns; each element is one fused chain.
///
/// The sums are an array for each vector of columns: in one array they would not stay in registers.
private enum CausalTile<let rows: Int, let vectors: Int> {
    /// Runs the columns from `column` over the terms `first..<last` (of row 0, as `shape` says).
    @inline(__always)
    static func run(
        _ tile: TileOperands, _ shape: ChainShape, from first: Int, to last: Int, column: Int
    ) {
        let c = unsafe tile.c + column
        var sums0 = unsafe load(tile, c, 0)
        var sums1 = unsafe load(tile, c, 1)
        var sums2 = unsafe load(tile, c, 2)
        var sums3 = unsafe load(tile, c, 3)
        var start = first
        if shape == .upper {
            for step in 0..<rows &- 1 {
                add(tile, column, first &+ step, 0, step, &sums0, &sums1, &sums2, &sums3)
            }
            start = first &+ rows &- 1
        }
        var term = start
        while term < last {
            add(tile, column, term, 0, rows, &sums0, &sums1, &sums2, &sums3)
            term &+= 1
        }
        if shape == .lower {
            for step in 1..<max(1, rows) {
                add(tile, column, last &+ step &- 1, step, rows, &sums0, &sums1, &sums2, &sums3)
            }
        }
        unsafe store(sums0, tile, c, 0)
        unsafe store(sums1, tile, c, 1)
        unsafe store(sums2, tile, c, 2)
        unsafe store(sums3, tile, c, 3)
    }

    /// Adds one term to the rows `first...last`.
    @inline(__always)
    private static func add(
        _ tile: TileOperands, _ column: Int, _ term: Int, _ first: Int, _ last: Int,
        _ sums0: inout Sums<rows>, _ sums1: inout Sums<rows>, _ sums2: inout Sums<rows>,
        _ sums3: inout Sums<rows>
    ) {
        let b = unsafe tile.b + (column &+ term &* tile.bStride)
        let b0 = unsafe Lanes(b)
        let b1 = vectors > 1 ? unsafe Lanes(b + 16) : Lanes()
        let b2 = vectors > 2 ? unsafe Lanes(b + 32) : Lanes()
        let b3 = vectors > 3 ? unsafe Lanes(b + 48) : Lanes()
        for row in 0..<rows where row >= first && row <= last {
            let a = unsafe Lanes(repeating: tile.a[row &* tile.rowStep &+ term &* tile.termStep])
            sums0[row] = fused(a, b0, sums0[row])
            if vectors > 1 { sums1[row] = fused(a, b1, sums1[row]) }
            if vectors > 2 { sums2[row] = fused(a, b2, sums2[row]) }
            if vectors > 3 { sums3[row] = fused(a, b3, sums3[row]) }
        }
    }

    /// Where the chains of one vector of columns start.
    @inline(__always)
    private static func load(
        _ tile: TileOperands, _ c: UnsafePointer<Float>, _ vector: Int
    ) -> Sums<rows> {
        var sums = Sums<rows>(repeating: Lanes())
        guard vector < vectors, tile.accumulates else { return sums }
        for row in 0..<rows { unsafe sums[row] = Lanes(c + (row &* tile.cStride &+ vector &* 16)) }
        return sums
    }

    @inline(__always)
    private static func store(
        _ sums: Sums<rows>, _ tile: TileOperands, _ c: UnsafeMutablePointer<Float>, _ vector: Int
    ) {
        guard vector < vectors else { return }
        for row in 0..<rows { unsafe sums[row].store(c + (row &* tile.cStride &+ vector &* 16)) }
    }
}

/// Rows of the tile attention runs on; what is left over runs by twos and one.
let causalTileRows = 6

/// Runs a tile of six rows, two or one over the terms `first..<last` (of row 0, as `shape` says).
@inline(never)
func runCausalTile(
    rows: Int, _ tile: TileOperands, _ shape: ChainShape, from first: Int, to last: Int
) {
    switch rows {
    case causalTileRows: runColumns(tile, shape, first, last, CausalTileRows<6>.self)
    case 2: runColumns(tile, shape, first, last, CausalTileRows<2>.self)
    default: runColumns(tile, shape, first, last, CausalTileRows<1>.self)
    }
}

/// Stands for a number of rows.
private enum CausalTileRows<let count: Int> {}

/// Runs all columns of a tile, as many at once as registers hold.
@inline(__always)
private func runColumns<let rows: Int>(
    _ tile: TileOperands, _ shape: ChainShape, _ first: Int, _ last: Int,
    _: CausalTileRows<rows>.Type
) {
    var column = 0
    while column < tile.columns {
        let vectors = min(vectorLimit, (tile.columns &- column) / 16)
        switch vectors {
        #if KERNELS_AVX512
            case 4: CausalTile<rows, 4>.run(tile, shape, from: first, to: last, column: column)
            case 3: CausalTile<rows, 3>.run(tile, shape, from: first, to: last, column: column)
            case 2: CausalTile<rows, 2>.run(tile, shape, from: first, to: last, column: column)
        #endif
        default: CausalTile<rows, 1>.run(tile, shape, from: first, to: last, column: column)
        }
        column &+= vectors &* 16
    }
}
