/// A worker that takes part, or whose stake is still held.
package struct Member: Sendable, Equatable {
    /// The declared speed in tokens per second.
    package let throughput: UInt64
    /// The first round it takes part in.
    package let firstRound: UInt32
    /// The first round it takes no part in, once it gave notice.
    package var endRound: UInt32?

    /// Whether it may work in this round.
    package func takesPart(in round: UInt32) -> Bool {
        guard round >= firstRound else { return false }
        return endRound.map { round < $0 } ?? true
    }
}
