/// The merge rule `centered-clipping v1`: v ← v + Σ wᵢ·(xᵢ − v)·min(1, τ / |xᵢ − v|), repeated.
///
/// Karimireddy, He and Jaggi, "Learning from history for Byzantine robust optimization" (arXiv
/// 2012.10333). The centre starts at the mean of the updates cut to the median norm, and τ is the
/// median distance from it, so that the rule has no scale of its own.
package enum CenteredClipping {
    /// The coefficients of the updates in the merge, from their products and their shares.
    package static func coefficients(
        _ products: InnerProducts, shares: [Double], iterations: Int
    ) -> [Double] {
        var coefficients = start(products, shares: shares)
        for _ in 0..<iterations {
            let distances = products.distances(from: coefficients)
            let radius = Median.lower(distances)
            let moved = zip(shares, distances).map { share, distance in
                distance > radius ? share * (radius / distance) : share
            }
            let left = 1 - moved.reduce(0, +)
            coefficients = zip(coefficients, moved).map { $0 * left + $1 }
        }
        return coefficients
    }

    /// The mean of the updates cut to the median norm.
    static func start(_ products: InnerProducts, shares: [Double]) -> [Double] {
        let norms = (0..<products.count).map(products.norm)
        let limit = Median.lower(norms)
        return zip(shares, norms).map { $1 > limit ? $0 * (limit / $1) : $0 }
    }
}
