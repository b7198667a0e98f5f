/// The inner products of all updates with each other.
///
/// With them every update that is a sum of multiples of others is as good as known: rules that
/// compare whole updates compute in coefficients and never see the elements again. The sums are in
/// binary64 in ascending order of elements; a library's product would have other bits elsewhere.
package struct InnerProducts: Sendable {
    /// The number of updates.
    package let count: Int
    private var values: [Double]

    /// The products in the rows of a symmetric matrix.
    package init(rows: [[Double]]) {
        count = rows.count
        values = rows.flatMap { $0 }
        precondition(values.count == count * count)
    }

    /// The products of sampled updates, each tensor of each multiplied by its factor.
    init(_ samples: [SparseUpdate], factors: [[Double]], tensorSizes: [Int]) {
        count = samples.count
        values = [Double](repeating: 0, count: count * count)
        var columns = ElementColumns()
        for (tensor, size) in tensorSizes.enumerated() {
            let tensors = samples.map { $0.tensors[tensor] }
            let scales = factors.map { $0[tensor] }
            for start in stride(from: 0, to: size, by: ElementSample.block) {
                columns.fill(tensors, range: start..<min(start + ElementSample.block, size))
                add(columns, scales)
            }
        }
        for row in 0..<count {
            for column in 0..<row { values[column * count + row] = values[row * count + column] }
        }
    }

    /// Adds the products of a run of places below the diagonal.
    private mutating func add(_ columns: ElementColumns, _ scales: [Double]) {
        for place in 0..<columns.starts.count - 1 {
            let positions = columns.positions(of: place)
            for row in positions {
                let owner = columns.owners[row]
                let value = Double(columns.values[row]) * scales[owner]
                for column in positions.lowerBound...row {
                    let other = columns.owners[column]
                    values[owner * count + other] +=
                        value * (Double(columns.values[column]) * scales[other])
                }
            }
        }
    }

    /// The product of two updates.
    package subscript(_ row: Int, _ column: Int) -> Double { values[row * count + column] }

    /// The norm of an update.
    package func norm(_ number: Int) -> Double { self[number, number].squareRoot() }

    /// The cosine of the angle between two updates; 0 if one of them is zero.
    package func cosine(_ row: Int, _ column: Int) -> Double {
        let norms = norm(row) * norm(column)
        return norms > 0 ? self[row, column] / norms : 0
    }

    /// The squared distance of two updates.
    package func squaredDistance(_ row: Int, _ column: Int) -> Double {
        max(0, self[row, row] - 2 * self[row, column] + self[column, column])
    }

    /// The distance of every update from the sum of all with the given coefficients.
    package func distances(from coefficients: [Double]) -> [Double] {
        let products = (0..<count).map { row in
            (0..<count).reduce(0.0) { $0 + coefficients[$1] * self[row, $1] }
        }
        let square = (0..<count).reduce(0.0) { $0 + coefficients[$1] * products[$1] }
        return (0..<count).map {
            max(0, self[$0, $0] - 2 * products[$0] + square).squareRoot()
        }
    }

    /// The products of the groups' weighted sums.
    func grouped(_ groups: [[Int]], weights: [Double]) -> InnerProducts {
        InnerProducts(
            rows: groups.map { group in
                groups.map { other in
                    group.reduce(0.0) { sum, row in
                        other.reduce(sum) { $0 + weights[row] * weights[$1] * self[row, $1] }
                    }
                }
            })
    }
}
