/// Divides a number of batches among workers in proportion to their throughput.
///
/// The method of largest remainders, in which nobody gets less than one: whose share is below one
/// batch gets exactly one, and the rest is divided anew among the others.
/// Normative text: docs/protocol.md, section "Who trains on what".
package enum Apportionment {
    /// The batches of each worker, given in the order in which equal remainders are served.
    ///
    /// There must be at least as many batches as workers, and each throughput must be positive.
    package static func divide(_ batches: UInt64, by throughputs: [UInt64]) -> [UInt64] {
        precondition(batches >= UInt64(throughputs.count), "a batch for every worker")
        precondition(throughputs.allSatisfy { $0 > 0 }, "a throughput is positive")
        var shares = [UInt64](repeating: 1, count: throughputs.count)
        var open = Array(throughputs.indices)
        var left = UInt128(batches)
        while true {
            let total = open.reduce(UInt128(0)) { $0 + UInt128(throughputs[$1]) }
            let large = open.filter { left * UInt128(throughputs[$0]) >= total }
            if large.count == open.count {
                divide(left, total, among: open, throughputs, &shares)
                return shares
            }
            left -= UInt128(open.count - large.count)
            open = large
        }
    }

    private static func divide(
        _ batches: UInt128, _ total: UInt128, among open: [Int], _ throughputs: [UInt64],
        _ shares: inout [UInt64]
    ) {
        guard !open.isEmpty else { return }
        var left = batches
        var remainders: [(remainder: UInt128, worker: Int)] = []
        for worker in open {
            let (share, remainder) = (batches * UInt128(throughputs[worker]))
                .quotientAndRemainder(dividingBy: total)
            shares[worker] = UInt64(share)
            left -= share
            remainders.append((remainder, worker))
        }
        remainders.sort {
            $0.remainder != $1.remainder ? $0.remainder > $1.remainder : $0.worker < $1.worker
        }
        for (_, worker) in remainders.prefix(Int(left)) { shares[worker] += 1 }
    }
}
