package import Numerics

/// The orthonormal cosine transform of type II of `size` numbers, as a matrix.
package enum CosineMatrix {
    /// Row k, column j: √(2/size) · cos(π(2j + 1)k / 2·size), the first row √(1/size); each computed
    /// in double and rounded once.
    package static func matrix(size: Int) -> Matrix {
        let matrix = Matrix(rows: size, columns: size)
        let first = (1 / Double(size)).squareRoot()
        let others = (2 / Double(size)).squareRoot()
        for row in 0..<size {
            for column in 0..<size {
                let part = (2 * column + 1) * row % (4 * size)
                let turns = Double(part) / Double(4 * size)
                let cosine = ElementaryFunctions.sineAndCosine(turns: turns).cosine
                matrix[row, column] = Float(row == 0 ? first : others * cosine)
            }
        }
        return matrix
    }
}
