import Numerics

/// The sizes of one product.
struct ProductShape: CustomStringConvertible {
    let m, n, k: Int
    var description: String { "\(m)×\(n)×\(k)" }

    /// Sizes around the edges of tiles, panels and blocks.
    static let odd = [
        (1, 1, 1), (1, 17, 3), (2, 31, 5), (7, 16, 33), (13, 33, 64), (5, 100, 385), (29, 7, 513),
        (193, 15, 20), (37, 65, 0), (3, 3_100, 4), (200, 48, 40),
    ].map { ProductShape(m: $0.0, n: $0.1, k: $0.2) }
}

/// Which operands are stored transposed.
enum ProductLayout: CaseIterable {
    case nn, nt, tn, tt

    var transposesLeft: Bool { self == .tn || self == .tt }
    var transposesRight: Bool { self == .nt || self == .tt }
}

/// A matrix product with random operands and rows wider apart than they need be.
struct ProductProblem {
    let a, b: Matrix
    let start: [Float]
    let shape: ProductShape

    init(_ shape: ProductShape, _ layout: ProductLayout, seed: UInt64) {
        self.shape = shape
        a = ProductProblem.operand(shape.m, shape.k, layout.transposesLeft, seed, 1)
        b = ProductProblem.operand(shape.k, shape.n, layout.transposesRight, seed, 2)
        start = Samples.wide(count: shape.m * (shape.n + 3), seed: seed, stream: 3)
    }

    /// The first element in which the product differs from the scalar chain, or nil.
    func firstDifference(_ arithmetic: Arithmetic, accumulate: Bool) -> String? {
        let c = Matrix(
            FloatView(copying: start), rows: shape.m, columns: shape.n, rowStride: shape.n + 3)
        arithmetic.product(a, b, into: c, accumulate: accumulate)
        for i in 0..<shape.m {
            for j in 0..<shape.n + 3 {
                let index = i * (shape.n + 3) + j
                var expected = start[index]
                if j < shape.n {
                    if !accumulate { expected = 0 }
                    for k in 0..<shape.k {
                        expected = ElementaryFunctions.fused(a[i, k], b[k, j], expected)
                    }
                }
                if !sameBits(c.view[index], expected) {
                    return "(\(i), \(j)): \(c.view[index]), not \(expected)"
                }
            }
        }
        return nil
    }

    private static func operand(
        _ rows: Int, _ columns: Int, _ isTransposed: Bool, _ seed: UInt64, _ stream: UInt32
    ) -> Matrix {
        let (lines, length) = isTransposed ? (columns, rows) : (rows, columns)
        let values = Samples.wide(count: lines * (length + 2), seed: seed, stream: stream)
        let matrix = Matrix(
            FloatView(copying: values), rows: lines, columns: length, rowStride: length + 2)
        return isTransposed ? matrix.transpose : matrix
    }
}
