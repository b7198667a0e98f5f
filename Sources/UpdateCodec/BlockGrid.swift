import Numerics

/// A tensor cut into blocks, each of which has a cosine transform of its own; after DeMo
/// (github.com/bloc97/DeMo).
///
/// Every dimension is cut by its largest divisor of at most 64 (1 for a larger prime). A vector is
/// one row. Blocks follow one another row by row, and so do the elements of a block.
struct BlockGrid {
    private let rows: Int
    private let columns: Int
    private let height: Int
    private let width: Int

    /// The longest side of a block.
    private static let sideLimit = 64

    /// The grid of a vector or a matrix.
    init(_ shape: [Int]) {
        precondition((1...2).contains(shape.count), "a tensor of shape \(shape)")
        rows = shape.count == 2 ? shape[0] : 1
        columns = shape[shape.count - 1]
        height = BlockGrid.side(rows)
        width = BlockGrid.side(columns)
    }

    /// The elements of a block.
    var blockCount: Int { height * width }

    /// For every block X of `elements` the coefficients H · (X · Wᵀ), H and W the cosine matrices
    /// of its sides.
    func forward(_ elements: FloatView, into coefficients: FloatView, _ arithmetic: Arithmetic) {
        let scratch = FloatView(count: elements.count)
        arithmetic.product(
            lines(elements), CosineMatrix.matrix(size: width).transpose, into: lines(scratch))
        let left = CosineMatrix.matrix(size: height)
        forEachBlock(arithmetic) { part, block in
            arithmetic.product(left, part(scratch), into: block(coefficients))
        }
    }

    /// For every block Y of `coefficients` the elements (Hᵀ · Y) · W.
    func inverse(_ coefficients: FloatView, into elements: FloatView, _ arithmetic: Arithmetic) {
        let scratch = FloatView(count: elements.count)
        let left = CosineMatrix.matrix(size: height).transpose
        forEachBlock(arithmetic) { part, block in
            arithmetic.product(left, block(coefficients), into: part(scratch))
        }
        arithmetic.product(lines(scratch), CosineMatrix.matrix(size: width), into: lines(elements))
    }

    /// The tensor as a matrix whose rows are the rows of its blocks.
    private func lines(_ elements: FloatView) -> Matrix {
        Matrix(elements, rows: rows * (columns / width), columns: width)
    }

    /// Calls `body` for each block with where it lies in the tensor and among the coefficients.
    private func forEachBlock(
        _ arithmetic: Arithmetic,
        _ body: @Sendable (_ part: (FloatView) -> Matrix, _ block: (FloatView) -> Matrix) -> Void
    ) {
        let across = columns / width
        arithmetic.parallelFor(rows / height * across) { number in
            let (top, left) = (number / across * height, number % across * width)
            body(
                { tensor in
                    Matrix(tensor, rows: rows, columns: columns)[
                        top..<top + height, left..<left + width]
                },
                { coefficients in
                    let start = number * blockCount
                    return Matrix(
                        coefficients[start..<start + blockCount], rows: height, columns: width)
                })
        }
    }

    private static func side(_ length: Int) -> Int {
        (1...max(1, min(length, sideLimit))).last { length.isMultiple(of: $0) } ?? 1
    }
}
