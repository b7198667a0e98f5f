package import Aggregation

/// How much more alike two updates are than two of that round have to be.
///
/// All honest updates of a round point the way of the gradient, so their cosines are far from 0, and
/// the more so the longer the round. What makes a copy is that two updates share their noise too.
/// With one common direction, of which update i has the part aᵢ and noise of its own, the cosine of
/// i and j is aᵢ·aⱼ; what it is more than that, as a share of what it could be more, is the likeness:
/// the correlation of the residuals in Spearman's model of one factor (American Journal of
/// Psychology 15, 1904). It is 0 of honest pairs and 1 of equal updates. Its parts are medians, so
/// that less than half of the others cannot hide a copy or make one of honest work.
package struct Likeness: Sendable {
    private let products: InnerProducts
    /// Updates of the round; those after them are only compared with.
    private let count: Int
    /// The median cosine of each of the round's updates with the others.
    private let middles: [Double]
    /// The sum of each one's cosines with all of the round, and of all of those.
    private let (sums, total): ([Double], Double)

    /// Fewer others than this tell nothing about the common direction.
    package static let leastOthers = 2

    /// The likenesses of updates with the given products, of which the first `count` are the
    /// round's.
    package init(_ products: InnerProducts, count: Int) {
        self.products = products
        self.count = count
        middles = (0..<count).map { row in
            let cosines = (0..<count).filter { $0 != row }.map { products.cosine(row, $0) }
            return cosines.isEmpty ? 0 : RobustScore.median(cosines)
        }
        let sums = (0..<count).map { row in
            (0..<count).reduce(0.0) { $0 + products.cosine(row, $1) }
        }
        (self.sums, total) = (sums, sums.reduce(0, +))
    }

    /// The likeness of two updates, at most 1; none if the others do not tell: there are too few,
    /// they point apart, or one of the two is nothing but their common direction.
    package subscript(_ row: Int, _ column: Int) -> Double? {
        let others = (0..<count).filter { $0 != row && $0 != column }
        guard others.count >= Likeness.leastOthers else { return nil }
        let between = RobustScore.median(others.map { middles[$0] })
        // Where nothing is common, projections alone make this much.
        guard between > -0.05 else { return nil }
        let left = RobustScore.median(others.map { products.cosine(row, $0) })
        let right = RobustScore.median(others.map { products.cosine(column, $0) })
        let parts = between > 0 ? (left * left / between, right * right / between) : (0, 0)
        guard parts.0 < 0.99, parts.1 < 0.99 else { return nil }
        let common = between > 0 ? left * right / between : 0
        let excess = products.cosine(row, column) - common
        return min(1, excess / ((1 - parts.0) * (1 - parts.1)).squareRoot())
    }

    /// The cosine of an update of the round with the sum of all others of it, each of length 1; 0
    /// if they are none.
    func cosineWithOthers(_ row: Int) -> Double {
        let own = products.cosine(row, row)
        let square = total - 2 * sums[row] + own
        return square > 0 ? (sums[row] - own) / square.squareRoot() : 0
    }
}
