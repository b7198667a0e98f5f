import Numerics

/// Averages of a few updates each, in front of another rule: what is told apart is less unlike.
///
/// Karimireddy, He and Jaggi, "Byzantine-robust learning on heterogeneous datasets via bucketing"
/// (arXiv 2006.09365). The order is shuffled by the digests of all updates, which nobody chooses.
package struct Bucketing: Sendable, Equatable {
    /// The numbers of the updates in each bucket.
    package let groups: [[Int]]

    /// `count` updates in buckets of `size`, the last maybe smaller, shuffled by `seed`.
    package init(count: Int, size: Int, seed: UInt64) {
        var order = Array(0..<count)
        let random = CounterRandom(seed: seed, stream: 1)
        if size > 1 {
            for index in stride(from: count - 1, to: 0, by: -1) {
                let other = random.integer(below: UInt64(index + 1), at: UInt64(index))
                order.swapAt(index, Int(other))
            }
        }
        groups = stride(from: 0, to: count, by: size).map { start in
            order[start..<min(start + size, count)].sorted()
        }
    }

    /// The shares of the buckets.
    func shares(_ shares: [Double]) -> [Double] {
        groups.map { $0.reduce(0.0) { $0 + shares[$1] } }
    }

    /// The part of each update in the average of its bucket.
    func parts(_ shares: [Double]) -> [Double] {
        var parts = shares
        for (group, total) in zip(groups, self.shares(shares)) {
            for number in group {
                parts[number] = total > 0 ? shares[number] / total : 0
            }
        }
        return parts
    }

    /// The coefficients of the updates, from those of the buckets.
    func spread(_ coefficients: [Double], parts: [Double]) -> [Double] {
        var spread = parts
        for (group, coefficient) in zip(groups, coefficients) {
            for number in group { spread[number] *= coefficient }
        }
        return spread
    }
}
