import CProcessor
import NumericKernels

#if KERNELS_AVX512
    /// The rows of a tile: 28 of the 32 registers hold its sums.
    let tileRowLimit = 14
    /// The columns of a tile: two registers.
    let tileColumnCount = 32
    /// One row of a tile.
    typealias TileRow = PairedRow
    /// Half a row: one register.
    typealias HalfRow = SIMD16<Float>
#elseif KERNELS_AVX2
    /// The rows of a tile: 12 of the 16 registers hold its sums.
    let tileRowLimit = 6
    /// The columns of a tile: two registers.
    let tileColumnCount = 16
    /// One row of a tile; as a `PairedRow` of eights it spilled.
    typealias TileRow = SIMD16<Float>
    /// Half a row: one register.
    typealias HalfRow = SIMD8<Float>
#else
    /// The rows of a tile: 12 registers hold its sums.
    let tileRowLimit = 6
    /// The columns of a tile: two registers.
    let tileColumnCount = 8
    /// One row of a tile.
    typealias TileRow = PairedRow
    /// Half a row: one register.
    typealias HalfRow = SIMD4<Float>
#endif

/// One row of a tile as two registers; as one vector of 32 the compiler takes it apart.
struct PairedRow {
    /// The lower columns.
    var left = HalfRow()
    /// The upper columns.
    var right = HalfRow()

    /// Adds a · `row`, rounding once.
    @inline(__always)
    mutating func addProduct(_ a: Float, _ row: PairedRow) {
        left = fused(HalfRow(repeating: a), row.left, left)
        right = fused(HalfRow(repeating: a), row.right, right)
    }
}

extension SIMD16<Float> {
    /// Adds a · `row`, rounding once.
    @inline(__always)
    mutating func addProduct(_ a: Float, _ row: Lanes) {
        self = fused(Lanes(repeating: a), row, self)
    }
}

/// The sums of one tile in registers, `upper + lower` rows.
///
/// Two arrays, because one of more than seven rows of two registers would spill.
struct Tile<let upper: Int, let lower: Int> {
    /// Runs `depth` steps of k over packed operands and writes the sums to `output`.
    ///
    /// Meanwhile the lines of `next`, the next tile's output, are fetched for writing.
    @inline(__always)
    static func run(
        left: UnsafePointer<Float>, right: UnsafePointer<Float>, depth: Int,
        output: UnsafeMutablePointer<Float>, stride: Int, continues: Bool,
        next: UnsafeMutablePointer<Float>
    ) {
        var top = InlineArray<upper, TileRow>(repeating: TileRow())
        var bottom = InlineArray<lower, TileRow>(repeating: TileRow())
        let lowerOutput = unsafe output + upper &* stride
        if continues {
            for row in 0..<upper { unsafe top[row] = load(output + row &* stride) }
            for row in 0..<lower { unsafe bottom[row] = load(lowerOutput + row &* stride) }
        }
        for row in 0..<(upper &+ lower) {
            unsafe processor_prefetch_write(next + row &* stride)
            unsafe processor_prefetch_write(next + (row &* stride &+ tileColumnCount &- 1))
        }
        var a = unsafe left
        var b = unsafe right
        for _ in 0..<depth {
            let columns = unsafe load(b)
            for row in 0..<upper { unsafe top[row].addProduct(a[row], columns) }
            for row in 0..<lower { unsafe bottom[row].addProduct(a[upper &+ row], columns) }
            unsafe a += upper &+ lower
            unsafe b += tileColumnCount
        }
        for row in 0..<upper { unsafe store(top[row], output + row &* stride) }
        for row in 0..<lower { unsafe store(bottom[row], lowerOutput + row &* stride) }
    }

    @inline(__always)
    private static func load(_ address: UnsafePointer<Float>) -> TileRow {
        unsafe UnsafeRawPointer(address).loadUnaligned(as: TileRow.self)
    }

    @inline(__always)
    private static func store(_ row: TileRow, _ address: UnsafeMutablePointer<Float>) {
        unsafe UnsafeMutableRawPointer(address).storeBytes(of: row, as: TileRow.self)
    }
}

/// Runs the tile of this many rows, 1 to `tileRowLimit`.
@inline(never)
func runTile(
    rows: Int, left: UnsafePointer<Float>, right: UnsafePointer<Float>, depth: Int,
    output: UnsafeMutablePointer<Float>, stride: Int, continues: Bool,
    next: UnsafeMutablePointer<Float>
) {
    @inline(__always) func run<let upper: Int, let lower: Int>(_: Tile<upper, lower>.Type) {
        unsafe Tile<upper, lower>.run(
            left: left, right: right, depth: depth, output: output, stride: stride,
            continues: continues, next: next)
    }
    switch rows {
    case 1: run(Tile<1, 0>.self)
    case 2: run(Tile<1, 1>.self)
    case 3: run(Tile<2, 1>.self)
    case 4: run(Tile<2, 2>.self)
    case 5: run(Tile<3, 2>.self)
    case 6: run(Tile<3, 3>.self)
    #if KERNELS_AVX512
        case 7: run(Tile<4, 3>.self)
        case 8: run(Tile<4, 4>.self)
        case 9: run(Tile<5, 4>.self)
        case 10: run(Tile<5, 5>.self)
        case 11: run(Tile<6, 5>.self)
        case 12: run(Tile<6, 6>.self)
        case 13: run(Tile<7, 6>.self)
        case 14: run(Tile<7, 7>.self)
    #endif
    default: break
    }
}
