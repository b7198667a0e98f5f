package import Encodings
package import Identity
package import Storage

/// What a round moves: derived from the entries before it, and from nothing else.
package struct RoundSettlement: Sendable, Equatable {
    /// The most contributions a round takes.
    package static let maximumContributions = 65_536

    /// The digest of the run file.
    package let run: Digest
    /// The round.
    package let round: UInt32
    /// How the pool was shared out.
    package let rule: RewardRule
    /// What there was to share out: the reward of a round, or what was left in the treasury.
    package let pool: UInt64
    /// The pay of each accepted contribution.
    package var credits: [Credit] = []
    /// What each proven lie costs.
    package var slashes: [Slash] = []
    /// The workers whose contributions are not paid.
    package var rejected: [PublicKey] = []
    /// The workers whose contributions too few verifiers decided about; not paid either.
    package var undecided: [PublicKey] = []
    /// The stakes of the workers that had left, paid to their payout accounts.
    package var released: [Release] = []

    /// Pay from the treasury to the worker's payout account.
    package struct Credit: Sendable, Equatable {
        /// The worker.
        package let worker: PublicKey
        /// Its verified tokens.
        package let tokens: UInt64
        /// The pay in base units.
        package let amount: UInt64
    }

    /// Money from the worker's stake to the treasury; the offence is its one contribution.
    package struct Slash: Sendable, Equatable {
        /// The worker.
        package let worker: PublicKey
        /// The stake before.
        package let stake: UInt64
        /// The loss in base units.
        package let amount: UInt64

        /// A loss of `amount` out of `stake`.
        package init(worker: PublicKey, stake: UInt64, amount: UInt64) {
            self.worker = worker
            self.stake = stake
            self.amount = amount
        }
    }

    /// A stake paid out.
    package struct Release: Sendable, Equatable {
        /// The worker.
        package let worker: PublicKey
        /// The stake in base units.
        package let amount: UInt64
    }

    /// All credits together.
    package var paid: UInt64 { credits.reduce(0) { $0 + $1.amount } }

    /// All slashes together.
    package var slashed: UInt64 { slashes.reduce(0) { $0 + $1.amount } }

    /// The part of the pool that stays in the treasury: all of it when nobody is paid.
    package var unpaid: UInt64 { pool - paid }

    /// The body of the entry: the sums, and the digest of the whole, which does not fit into a line.
    package var entryBody: JSON {
        [
            "type": "settlement",
            "round": .integer(Int64(round)),
            "pool": Amount.json(pool),
            "paid": Amount.json(paid),
            "slashed": Amount.json(slashed),
            "released": Amount.json(released.reduce(0) { $0 + $1.amount }),
            "settlement": .string(digest.hex),
        ]
    }

    /// SHA-256 of the settlement as one canonical line.
    package var digest: Digest { Digest(hashing: json.canonicalBytes() + [UInt8(ascii: "\n")]) }

    /// The settlement in full.
    package var json: JSON {
        [
            "type": "settlement",
            "run": .string(run.hex),
            "round": .integer(Int64(round)),
            "rule": .string(rule.name),
            "pool": Amount.json(pool),
            "unpaid": Amount.json(unpaid),
            "credits": .array(credits.map(\.json)),
            "slashes": .array(slashes.map(\.json)),
            "rejected": .array(rejected.map { .string($0.base58) }),
            "undecided": .array(undecided.map { .string($0.base58) }),
            "released": .array(released.map(\.json)),
        ]
    }
}

extension RoundSettlement.Credit {
    var json: JSON {
        [
            "worker": .string(worker.base58), "tokens": .integer(Int64(tokens)),
            "amount": Amount.json(amount),
        ]
    }
}

extension RoundSettlement.Slash {
    var json: JSON {
        [
            "worker": .string(worker.base58), "stake": Amount.json(stake),
            "amount": Amount.json(amount),
        ]
    }
}

extension RoundSettlement.Release {
    var json: JSON {
        ["worker": .string(worker.base58), "amount": Amount.json(amount)]
    }
}
