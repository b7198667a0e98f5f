package import Aggregation

/// How much more alike two updates are than two of that round have to be.
///
/// All honest updates of a round point the way of the gradient, so their cosines are far from 0, and
/// the more so the longer the round. What makes a copy is that two updates share their noise too.
/// With one common direction, of which update i has the part aᵢ and noise of its own, the cosine of
/// i and j is aᵢ·aⱼ; what it is more than that, as a share of what it could be more, is the likeness:
/// the correlation of the residuals in Spearman's model of one factor (American Journal of
/// Psychology 15, 1904). It is 0 of honest pairs, 1 of equal updates, and noise takes off as little
/// of it as it does of the part that is not common.
package struct Likeness: Sendable {
    private let products: InnerProducts
    /// Updates of the round; those after them are only compared with.
    private let count: Int
    /// The sum of every update's cosines to those of the round.
    private let sums: [Double]
    private let total: Double

    /// Fewer others than this tell nothing about the common direction.
    package static let leastOthers = 2

    /// The likenesses of updates with the given products, of which the first `count` are the
    /// round's.
    package init(_ products: InnerProducts, count: Int) {
        self.products = products
        self.count = count
        sums = (0..<products.count).map { row in
            (0..<count).reduce(0.0) { $0 + products.cosine(row, $1) }
        }
        total = sums[..<count].reduce(0, +)
    }

    /// The likeness of two updates, at most 1; none if there are too few others in the round.
    package subscript(_ row: Int, _ column: Int) -> Double? {
        let pair = [row, column].filter { $0 < count }
        let others = Double(count - pair.count)
        guard others >= Double(Likeness.leastOthers) else { return nil }
        // Mean cosines of the others with both, and with each other.
        let left = rest(of: row, without: pair) / others
        let right = rest(of: column, without: pair) / others
        let among = pair.reduce(total) { $0 - sums[$1] - rest(of: $1, without: pair) }
        let between = (among - others) / (others * (others - 1))
        // Noise may make a part negative or more than all, where there is no common direction.
        func part(_ product: Double) -> Double {
            between > 0 ? min(max(product / between, 0), 0.99) : 0
        }
        let (own, other) = (part(left * left), part(right * right))
        let common = left * right > 0 ? (own * other).squareRoot() : 0
        let excess = products.cosine(row, column) - common
        return min(1, excess / ((1 - own) * (1 - other)).squareRoot())
    }

    /// The cosine of an update of the round with the sum of all others of it; 0 if they are none.
    func cosineWithOthers(_ row: Int) -> Double {
        let square = total - 2 * sums[row] + products.cosine(row, row)
        return square > 0 ? (sums[row] - products.cosine(row, row)) / square.squareRoot() : 0
    }

    private func rest(of row: Int, without pair: [Int]) -> Double {
        pair.reduce(sums[row]) { $0 - products.cosine(row, $1) }
    }
}
