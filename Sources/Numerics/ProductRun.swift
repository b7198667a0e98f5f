internal import NumericKernels

/// The right factor of a product, of which blocks are packed as floats.
enum RightFactor {
    case floats(StridedMatrix)
    case bfloat16(NarrowMatrix)
}

/// One product on its way: blocks of columns, then of k, then rows shared by the threads.
@safe struct ProductRun: @unchecked Sendable {
    let arithmetic: Arithmetic
    let left: StridedMatrix
    let right: RightFactor
    let output: UnsafeMutablePointer<Float>
    let outputStride: Int
    let rows: Int
    let columns: Int
    let depth: Int
    let continues: Bool

    /// Panels of B that are packed as one piece of work.
    static let mostPanelsPacked = 8

    private var kernels: ProductKernels { arithmetic.kernels.product }

    /// Runs it.
    func run() {
        let width = min(kernels.columnBlock, columns)
        let panels = (width + kernels.tileColumns - 1) / kernels.tileColumns
        let size = panels * kernels.tileColumns * min(depth, kernels.depthBlock)
        arithmetic.workspaces.withBuffer(size) { packedRight in
            for columnRange in pieces(columns, kernels.columnBlock) {
                for depthRange in pieces(depth, kernels.depthBlock) {
                    run(columnRange, depthRange, packedRight)
                }
            }
        }
    }

    /// Packs one block of B and multiplies it by all rows of A, in one loop of the threads.
    private func run(
        _ columnRange: Range<Int>, _ depthRange: Range<Int>, _ packedRight: FloatStorage
    ) {
        let cuts = RowsAndColumns(
            rows: rows, columns: columnRange.count, kernels: kernels, threads: arithmetic.threads)
        let panels = (columnRange.count + kernels.tileColumns - 1) / kernels.tileColumns
        let width =
            kernels.tileColumns
            * max(1, min(Self.mostPanelsPacked, panels / (2 * arithmetic.threads)))
        let packs = (columnRange.count + width - 1) / width
        let packing = Countdown(packs)
        let packed = unsafe Address(packedRight.base)
        share(packs + cuts.count) { index in
            if index < packs {
                let first = index * width
                pack(first..<min(first + width, columnRange.count), columnRange, depthRange, packed)
                packing.finishOne()
            } else {
                multiply(cuts[index - packs], columnRange, depthRange, packed, after: packing)
            }
        }
    }

    /// Packs some columns of one block of B, shared by the threads.
    private func pack(
        _ part: Range<Int>, _ columnRange: Range<Int>, _ depthRange: Range<Int>, _ packed: Address
    ) {
        let columns =
            columnRange.lowerBound + part.lowerBound..<columnRange.lowerBound + part.upperBound
        let packed = unsafe packed.pointer + part.lowerBound * depthRange.count
        switch right {
        case .floats(let matrix):
            unsafe kernels.packRight(
                matrix.base + depthRange.lowerBound * matrix.rowStride
                    + columns.lowerBound * matrix.columnStride,
                matrix.columnStride, matrix.rowStride, part.count, depthRange.count, packed)
        case .bfloat16(let matrix):
            arithmetic.workspaces.withBuffer(part.count * depthRange.count) { block in
                matrix.widen(depthRange, columns, into: block)
                let (column, depth) =
                    matrix.isTransposed ? (depthRange.count, 1) : (1, part.count)
                unsafe kernels.packRight(
                    block.base, column, depth, part.count, depthRange.count, packed)
            }
        }
    }

    /// Packs some rows of A and multiplies them by some columns of a block of B, once that is packed.
    private func multiply(
        _ unit: (rows: Range<Int>, columns: Range<Int>), _ columnRange: Range<Int>,
        _ depthRange: Range<Int>, _ packed: Address, after packing: Countdown
    ) {
        let (rowRange, part) = unit
        guard !rowRange.isEmpty, !part.isEmpty else { return }
        let size = rowRange.count * depthRange.count + 16
        arithmetic.workspaces.withBuffer(size) { packedLeft in
            unsafe kernels.packLeft(
                left.base + rowRange.lowerBound * left.rowStride
                    + depthRange.lowerBound * left.columnStride,
                left.rowStride, left.columnStride, rowRange.count, depthRange.count,
                packedLeft.base)
            packing.wait()
            unsafe kernels.multiply(
                ProductBlock(
                    left: packedLeft.base,
                    right: packed.pointer + part.lowerBound * depthRange.count,
                    output: output + rowRange.lowerBound * outputStride
                        + columnRange.lowerBound + part.lowerBound,
                    outputStride: outputStride, rows: rowRange.count, columns: part.count,
                    depth: depthRange.count,
                    continues: continues || depthRange.lowerBound > 0))
        }
    }

    /// Shares a loop between the threads unless the whole product is small.
    private func share(_ count: Int, _ body: @Sendable (Int) -> Void) {
        if rows * columns * depth < 1 << 16 {
            for index in 0..<count { body(index) }
        } else {
            arithmetic.parallelFor(count, body)
        }
    }

    /// `0..<total` in pieces of nearly equal size, at most `limit` each.
    private func pieces(_ total: Int, _ limit: Int) -> [Range<Int>] {
        let count = (total + limit - 1) / limit
        return (0..<count).map { (total * $0 / count)..<(total * ($0 + 1) / count) }
    }
}

/// An address a loop's threads share; they write disjoint parts.
@safe private struct Address: @unchecked Sendable {
    let pointer: UnsafeMutablePointer<Float>

    init(_ pointer: UnsafeMutablePointer<Float>) { unsafe self.pointer = pointer }
}

/// How C is cut into units that threads take one by one: rows first, columns when rows are few.
private struct RowsAndColumns {
    private let rows: Cut
    private let columns: Cut

    init(rows: Int, columns: Int, kernels: ProductKernels, threads: Int) {
        var units = (rows + kernels.rowBlock - 1) / kernels.rowBlock
        // A whole number of units for each thread, unless they would become thin.
        let even = (units + threads - 1) / threads * threads
        if rows / even >= kernels.tileRows * 4 { units = even }
        self.rows = Cut(total: rows, grain: kernels.tileRows, pieces: units)
        let panels = (columns + kernels.tileColumns - 1) / kernels.tileColumns
        let wanted = units >= threads ? 1 : (threads + units - 1) / units
        self.columns = Cut(
            total: columns, grain: kernels.tileColumns, pieces: max(1, min(panels / 2, wanted)))
    }

    var count: Int { rows.pieces * columns.pieces }

    /// The rows and columns of one unit; they begin at whole tiles.
    subscript(unit: Int) -> (rows: Range<Int>, columns: Range<Int>) {
        (rows[unit / columns.pieces], columns[unit % columns.pieces])
    }

    /// `0..<total` in `pieces` of nearly equal size, cut at multiples of `grain`.
    private struct Cut {
        let total, grain, pieces: Int

        subscript(piece: Int) -> Range<Int> { edge(piece)..<edge(piece + 1) }

        private func edge(_ piece: Int) -> Int {
            let grains = (total + grain - 1) / grain
            return min(total, grains * piece / pieces * grain)
        }
    }
}
