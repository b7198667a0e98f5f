import Encodings
package import Identity

/// What the verdicts about a round's contributions come to.
package struct RoundOutcome: Sendable, Equatable {
    /// The most contributions a round takes.
    package static let maximumContributions = 65_536

    /// The round.
    package let round: UInt32
    /// How the pool is shared out.
    package let rule: RewardRule
    /// What there is to share out: the reward of a round, or what was left in the treasury.
    package let pool: UInt64
    /// The pay of each accepted contribution.
    package var credits: [Credit] = []
    /// What each proven lie costs.
    package var slashes: [Slash] = []
    /// The workers whose contributions are not paid.
    package var rejected: [PublicKey] = []
    /// The workers whose contributions too few verifiers decided about; not paid either.
    package var undecided: [PublicKey] = []

    /// Pay from the pool to the worker.
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
        /// The stake when the contribution was sealed.
        package let stake: UInt64
        /// The loss in base units.
        package let amount: UInt64
        /// What of the loss the stake does not cover any more, in base units.
        package let owed: UInt64

        /// A loss of `amount` for a lie told with `stake` at stake, of which `owed` is not covered.
        package init(worker: PublicKey, stake: UInt64, amount: UInt64, owed: UInt64 = 0) {
            self.worker = worker
            self.stake = stake
            self.amount = amount
            self.owed = owed
        }
    }

    /// All credits together.
    package var paid: UInt64 { credits.reduce(0) { $0 + $1.amount } }

    /// What all slashes take together.
    package var slashed: UInt64 { slashes.reduce(0) { $0 + $1.amount - $1.owed } }

    /// The part of the pool that goes back to the treasury: all of it when nobody is paid.
    package var unpaid: UInt64 { pool - paid }
}

extension RoundOutcome {
    /// The members of a settlement that say this.
    var members: [JSONMember] {
        [
            ("round", .integer(Int64(round))),
            ("rule", .string(rule.name)),
            ("pool", Amount.json(pool)),
            ("unpaid", Amount.json(unpaid)),
            ("credits", .array(credits.map(\.json))),
            ("slashes", .array(slashes.map(\.json))),
            ("rejected", .array(rejected.map { .string($0.base58) })),
            ("undecided", .array(undecided.map { .string($0.base58) })),
        ].map { JSONMember(key: $0.0, value: $0.1) }
    }
}

extension RoundOutcome.Credit {
    var json: JSON {
        [
            "worker": .string(worker.base58), "tokens": .integer(Int64(tokens)),
            "amount": Amount.json(amount),
        ]
    }
}

extension RoundOutcome.Slash {
    var json: JSON {
        var members = [
            JSONMember(key: "worker", value: .string(worker.base58)),
            JSONMember(key: "stake", value: Amount.json(stake)),
            JSONMember(key: "amount", value: Amount.json(amount)),
        ]
        if owed > 0 { members.append(JSONMember(key: "owed", value: Amount.json(owed))) }
        return .object(members)
    }
}
