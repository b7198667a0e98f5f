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
        /// The pool of a round, put aside until the round is final.
        case escrow(round: UInt32)
        /// A worker's pay for its verified tokens in a round.
        case reward(worker: PublicKey, round: UInt32, tokens: UInt64)
        /// What nobody was paid of the pool of a round that is final.
        case unspent(round: UInt32)
        /// Lost by a worker for a proven lie in a round.
        case slash(worker: PublicKey, round: UInt32)
        /// An instalment of a worker's pay.
        case instalment(worker: PublicKey)
        /// The stake of a worker that left.
        case release(worker: PublicKey)
        /// Kept back from what a worker would be paid, as its stake was less than it lost.
        case debt(worker: PublicKey)
        /// From a key that is retired to the one that takes its place.
        case rotation
        /// To be paid outside the ledger.
        case export(number: UInt32)
        /// Paid outside the ledger.
        case payment(export: UInt32)
        /// Back from an export, as its recipient could not be paid.
        case returned(export: UInt32)
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
