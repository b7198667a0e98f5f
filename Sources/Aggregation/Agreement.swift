/// The merge rule `agreement v1`: the mean weighted by tokens and by how far each update points
/// where most others do.
///
/// FLTrust (Cao and others, arXiv 2012.13995) weighs updates by the positive part of their cosine
/// to one that is trusted. Nobody is trusted here; in its place stands the median of the cosines
/// to all updates, itself included. As long as less than half of the updates are false, the median
/// of a true one lies among the cosines of true ones, whatever the others agree on, and that of a
/// false one is at most its largest cosine to a true one. Nearly orthogonal updates, as sparse
/// ones are, lie at nearly the same distance from everything, so distances tell much less.
package enum Agreement {
    /// The shares of the updates: tokens times trust; they add up to 1.
    package static func shares(_ products: InnerProducts, shares: [Double]) -> [Double] {
        let trusted = zip(shares, trust(products)).map { $0 * $1 }
        let total = trusted.reduce(0, +)
        return total > 0 ? trusted.map { $0 / total } : shares
    }

    /// The trust in each update, from 0 to 1: full from half of the median agreement on.
    ///
    /// If most updates do not agree with most others, there is nothing to tell them by, and all
    /// are trusted.
    package static func trust(_ products: InnerProducts) -> [Double] {
        let agreements = (0..<products.count).map { row in
            Median.lower((0..<products.count).map { products.cosine(row, $0) })
        }
        let full = Median.lower(agreements) / 2
        guard full > 0 else { return agreements.map { _ in 1 } }
        return agreements.map { min(1, max(0, $0 / full)) }
    }
}
