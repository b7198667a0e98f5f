/// The largest-remainder method in integers: every base unit of the pool is given to someone.
package enum LargestRemainder {
    /// Divides `pool` in proportion to `weights` and conserves it exactly.
    ///
    /// Each share is `floor(pool · weight / total)`; the units left over go, one each, to the
    /// largest remainders, and among equal remainders to the earlier position. Callers therefore
    /// put the weights in a canonical order (here: by key bytes).
    ///
    /// - Returns: one share for each weight, or `nil` when no weight is positive.
    package static func divide(_ pool: UInt64, by weights: [UInt64]) -> [UInt64]? {
        let total = weights.reduce(UInt128(0)) { $0 + UInt128($1) }
        guard total > 0 else { return nil }
        let exact = weights.map {
            (UInt128(pool) * UInt128($0)).quotientAndRemainder(dividingBy: total)
        }
        // Each quotient is at most the pool, because no weight exceeds the total.
        var shares = exact.map { UInt64($0.quotient) }
        let leftOver = Int(pool - shares.reduce(0, +))
        let order = weights.indices.sorted { left, right in
            let (first, second) = (exact[left].remainder, exact[right].remainder)
            return first != second ? first > second : left < right
        }
        for index in order.prefix(leftOver) { shares[index] += 1 }
        return shares
    }
}
