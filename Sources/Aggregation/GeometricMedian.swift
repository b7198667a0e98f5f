/// The merge rule `geometric-median v1`: the point with the least weighted sum of distances, by
/// smoothed Weiszfeld iterations.
///
/// Pillutla, Kakade and Harchaoui, "Robust aggregation for federated learning" (arXiv 1912.13445).
/// A distance counts as at least a thousandth of the median distance, so that the smoothing has
/// the scale of the updates. It begins where centered clipping does.
package enum GeometricMedian {
    /// The coefficients of the updates in the merge, from their products and their shares.
    package static func coefficients(
        _ products: InnerProducts, shares: [Double], iterations: Int
    ) -> [Double] {
        var coefficients = CenteredClipping.start(products, shares: shares)
        for _ in 0..<iterations {
            let distances = products.distances(from: coefficients)
            let least = smoothing * Median.lower(distances)
            // Most updates are the centre itself: nothing is nearer to all of them.
            guard least > 0 else { break }
            let weights = zip(shares, distances).map { $0 / max($1, least) }
            let total = weights.reduce(0, +)
            coefficients = weights.map { $0 / total }
        }
        return coefficients
    }

    private static let smoothing = 0.001
}
