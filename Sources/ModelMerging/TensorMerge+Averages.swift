import Numerics

extension TensorMerge {
    /// The tensor times `scale`; by 1 the very bits.
    func scaled(_ input: FloatView, _ arithmetic: Arithmetic) -> FloatView {
        guard scale != 1 else { return input }
        return Self.elements(input.count, arithmetic) { range in
            input[range].array.map { Float(scale * Double($0)) }
        }
    }

    /// s·x₁ + Σ wᵢ (xᵢ − x₁) for i > 1, where the wᵢ add up to s: 1 if weights are normalized.
    func linear(_ inputs: [FloatView], _ arithmetic: Arithmetic) -> FloatView {
        let total = weights.reduce(0, +)
        let weights = normalizes ? self.weights.map { $0 / total } : self.weights
        let first = normalizes ? 1 : total
        return Self.elements(inputs[0].count, arithmetic) { range in
            let values = inputs.map { $0[range].array }
            return range.indices.map { place in
                let index = place - range.lowerBound
                let start = values[0][index]
                var difference = 0.0
                for (input, weight) in zip(values, weights).dropFirst() {
                    difference += weight * (Double(input[index]) - Double(start))
                }
                guard first != 1 else { return Self.moved(start, by: difference) }
                return Float(first * Double(start) + difference)
            }
        }
    }

    /// From a to b along the arc between their directions: (sin((1 − t)θ)·a + sin(tθ)·b) / sin θ.
    ///
    /// Where |cos θ| > 0.9995, or one of them is zero, along the line a + t·(b − a).
    func slerp(from a: FloatView, to b: FloatView, _ arithmetic: Arithmetic) -> FloatView {
        let sums = BlockSums.sums(a.count, arithmetic) { range in
            let (x, y) = (a[range].array.map(Double.init), b[range].array.map(Double.init))
            return [BlockSums.dot(x, x), BlockSums.dot(y, y), BlockSums.dot(x, y)]
        }
        let lengths = sums[0].squareRoot() * sums[1].squareRoot()
        let cosine = lengths > 0 ? sums[2] / lengths : 1
        guard cosine.magnitude <= 0.9995 else {
            return Self.elements(a.count, arithmetic) { range in
                zip(a[range].array, b[range].array).map { from, to in
                    Self.moved(from, by: t * (Double(to) - Double(from)))
                }
            }
        }
        let angle = ElementaryFunctions.arccosine(cosine)
        let sine = ElementaryFunctions.sin(angle)
        let from = ElementaryFunctions.sin((1 - t) * angle) / sine
        let to = ElementaryFunctions.sin(t * angle) / sine
        return Self.elements(a.count, arithmetic) { range in
            zip(a[range].array, b[range].array).map { Float(from * Double($0) + to * Double($1)) }
        }
    }

    /// base + t · mean of the differences, t = N·c / (1 + (N − 1)·c), c the mean of their cosines.
    ///
    /// The cosine with a zero difference is 0; t is 0 where the denominator is below 10⁻⁶.
    func modelStock(
        _ inputs: [FloatView], _ base: FloatView, _ arithmetic: Arithmetic
    ) -> FloatView {
        let count = inputs.count
        let products = BlockSums.sums(base.count, arithmetic) { range in
            let start = base[range].array
            let differences = inputs.map { input in
                zip(input[range].array, start).map { Double($0) - Double($1) }
            }
            return (0..<count).flatMap { row in
                (0...row).map { BlockSums.dot(differences[row], differences[$0]) }
            }
        }
        let ratio = Self.stockRatio(count, products)
        return Self.elements(base.count, arithmetic) { range in
            let values = inputs.map { $0[range].array }
            return base[range].array.enumerated().map { index, start in
                var sum = 0.0
                for input in values { sum += Double(input[index]) - Double(start) }
                return Self.moved(start, by: ratio * (sum / Double(count)))
            }
        }
    }

    /// The share of the mean, from the products of all pairs, row by row of the lower triangle.
    private static func stockRatio(_ count: Int, _ products: [Double]) -> Double {
        let product = { (row: Int, column: Int) in products[row * (row + 1) / 2 + column] }
        var cosines = 0.0
        for row in 1..<count {
            for column in 0..<row {
                let lengths = product(row, row).squareRoot() * product(column, column).squareRoot()
                if lengths > 0 { cosines += product(row, column) / lengths }
            }
        }
        let cosine = cosines / Double(count * (count - 1) / 2)
        let denominator = 1 + Double(count - 1) * cosine
        return denominator < 1e-6 ? 0 : Double(count) * cosine / denominator
    }
}
