package import Identity

/// Money that an entry moves, and why; the books are made of these.
package struct Movement: Sendable, Equatable {
    /// Where it leaves.
    package let source: Holding
    /// Where it arrives.
    package let destination: Holding
    /// How much, in base units.
    package let amount: UInt64
    /// What for.
    package let reason: Reason

    /// Why money moves.
    package enum Reason: Sendable, Equatable {
        /// The money there is, at the start.
        case issue
        /// Given to an account at the start.
        case grant
        /// Ordered by its owner.
        case transfer(memo: String)
        /// Put at stake by a worker that joins.
        case stake
        /// A worker's pay for its verified tokens in a round.
        case reward(worker: PublicKey, round: UInt32, tokens: UInt64)
        /// Lost by a worker for a proven lie in a round.
        case slash(worker: PublicKey, round: UInt32)
        /// The stake of a worker that left.
        case release(worker: PublicKey)
    }

    /// Money that moves from one place to another.
    package init(
        _ amount: UInt64, from source: Holding, to destination: Holding, for reason: Reason
    ) {
        self.source = source
        self.destination = destination
        self.amount = amount
        self.reason = reason
    }
}
