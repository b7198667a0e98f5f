/// The merge rule `multi-krum v1`: the mean of the `keep` updates with the least sum of squared
/// distances to their n − f − 2 nearest others, f being `attackers`.
///
/// Blanchard and others, "Machine learning with adversaries" (NeurIPS 2017). Among equal sums the
/// lower digest comes first. With fewer updates than the settings ask for, at least one other
/// counts as near, and at most all are kept.
package enum MultiKrum {
    /// The shares of the updates that are kept, the others' being 0; they add up to 1.
    package static func shares(
        _ products: InnerProducts, shares: [Double], attackers: Int, keep: Int
    ) -> [Double] {
        let count = products.count
        let near = min(max(count - attackers - 2, 1), count - 1)
        let scores = (0..<count).map { row in
            (0..<count).filter { $0 != row }.map { products.squaredDistance(row, $0) }
                .sorted().prefix(near).reduce(0, +)
        }
        let best = (0..<count).sorted { (scores[$0], $0) < (scores[$1], $1) }
        let kept = Set(best.prefix(keep))
        let total = (0..<count).reduce(0.0) { kept.contains($1) ? $0 + shares[$1] : $0 }
        return (0..<count).map { kept.contains($0) && total > 0 ? shares[$0] / total : 0 }
    }
}
