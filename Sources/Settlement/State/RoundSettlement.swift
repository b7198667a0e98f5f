import Artifacts
package import Encodings
package import Identity
package import Storage

/// What settling a round moves: derived from the entries before it, and from nothing else.
package struct RoundSettlement: Sendable, Equatable {
    /// The digest of the run file.
    package let run: Digest
    /// What the verdicts about the round come to so far; final, unless the terms have dispute rounds.
    package let outcome: RoundOutcome
    /// With dispute rounds: the outcome of the earlier round that becomes final.
    package var earlier: RoundOutcome?
    /// Instalments of pay, by worker.
    package var instalments: [Payment] = []
    /// The stakes of the workers that had left.
    package var released: [Payment] = []
    /// Kept back of all that was paid, for debts, in base units.
    package var withheld: UInt64 = 0
    /// How long money waits in this ledger.
    let delays: RoundDelays

    /// Money paid to a worker's payout account.
    package struct Payment: Sendable, Equatable {
        /// The worker.
        package let worker: PublicKey
        /// The amount in base units, what is kept back for debts included.
        package let amount: UInt64
    }

    /// A settlement that moves nothing yet.
    init(run: Digest, outcome: RoundOutcome, delays: RoundDelays) {
        self.run = run
        self.outcome = outcome
        self.delays = delays
    }

    /// The round that is settled.
    package var round: UInt32 { outcome.round }

    /// The outcome that is final now, and by which money moves; nil while all rounds can be disputed.
    package var final: RoundOutcome? { delays.dispute == 0 ? outcome : earlier }

    /// The body of the entry: the sums, and the digest of the whole, which does not fit into a line.
    package var entryBody: JSON {
        var members: [JSONMember] = [
            JSONMember(key: "type", value: "settlement"),
            JSONMember(key: "round", value: .integer(Int64(round))),
            JSONMember(key: "pool", value: Amount.json(outcome.pool)),
            JSONMember(key: "paid", value: Amount.json(final?.paid ?? 0)),
            JSONMember(key: "slashed", value: Amount.json(final?.slashed ?? 0)),
            JSONMember(key: "released", value: Amount.json(Self.sum(released))),
            JSONMember(key: "settlement", value: .string(digest.hex)),
        ]
        if delays.dispute > 0 {
            members.append(JSONMember(key: "withheld", value: Amount.json(withheld)))
        }
        if delays.vesting > 0 {
            members.append(
                JSONMember(key: "instalments", value: Amount.json(Self.sum(instalments))))
        }
        return .object(members)
    }

    /// SHA-256 of the settlement as one canonical line.
    package var digest: Digest { Digest(hashing: json.canonicalBytes() + [UInt8(ascii: "\n")]) }

    /// The settlement in full.
    package var json: JSON {
        var members =
            [
                JSONMember(key: "type", value: "settlement"),
                JSONMember(key: "run", value: .string(run.hex)),
            ] + outcome.members
        if delays.dispute > 0 {
            members.append(
                JSONMember(key: "final", value: earlier.map { .object($0.members) } ?? .null))
            members.append(JSONMember(key: "withheld", value: Amount.json(withheld)))
        }
        if delays.vesting > 0 {
            members.append(
                JSONMember(key: "instalments", value: .array(instalments.map(\.json))))
        }
        members.append(JSONMember(key: "released", value: .array(released.map(\.json))))
        return .object(members)
    }

    private static func sum(_ payments: [Payment]) -> UInt64 {
        payments.reduce(0) { $0 + $1.amount }
    }
}

extension RoundSettlement.Payment {
    var json: JSON {
        ["worker": .string(worker.base58), "amount": Amount.json(amount)]
    }
}
