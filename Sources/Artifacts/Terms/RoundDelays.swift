package import Encodings

/// How many rounds money waits before it moves on; a ledger has no clock but its rounds.
package struct RoundDelays: Sendable, Equatable {
    /// The most of each.
    package static let maximum: UInt32 = 1_024

    /// How many settlements later a settled round becomes final; until then verdicts may be revised.
    package var dispute: UInt32
    /// How many settlements after its last round a worker gets its stake back; not before that round
    /// is final, so that no stake escapes a slash.
    package var unbonding: UInt32
    /// Over how many settlements pay is paid out; 0 is at once.
    package var vesting: UInt32
    /// How many settlements pass before the first of it is paid out.
    package var cliff: UInt32

    /// Delays, to be checked by `check()`; without any, a settlement is final and pays at once.
    package init(
        dispute: UInt32 = 0, unbonding: UInt32 = 0, vesting: UInt32 = 0, cliff: UInt32 = 0
    ) {
        self.dispute = dispute
        self.unbonding = unbonding
        self.vesting = vesting
        self.cliff = cliff
    }

    /// What of `amount` is paid out `rounds` settlements after it was earned, all in all, rounded down.
    package func vested(_ amount: UInt64, after rounds: UInt32) -> UInt64 {
        guard rounds < vesting else { return amount }
        guard rounds >= cliff else { return 0 }
        return UInt64(UInt128(amount) * UInt128(rounds) / UInt128(vesting))
    }
}

extension RoundDelays {
    /// The members of a genesis; those that are 0 are left out.
    package var members: [JSONMember] {
        Self.names.compactMap { name, delay in
            let rounds = self[keyPath: delay]
            return rounds == 0
                ? nil : JSONMember(key: name, value: .integer(Int64(rounds)))
        }
    }

    /// Reads the members of a genesis or a run file; one that is there is at least 1.
    package init(_ fields: inout JSONFields) throws(MalformedInput) {
        self.init()
        for (name, delay) in Self.names {
            let rounds = try fields.optionalValue(
                name, expected: "an integer from 1 to \(Self.maximum)"
            ) { $0.integer.flatMap { (1...Int64(Self.maximum)).contains($0) ? $0 : nil } }
            self[keyPath: delay] = UInt32(rounds ?? 0)
        }
        try check()
    }

    /// Checks what the delays must fulfil together.
    package func check() throws(MalformedInput) {
        guard Self.names.allSatisfy({ self[keyPath: $0.1] <= Self.maximum }) else {
            throw MalformedInput("delays of rounds: expected at most \(Self.maximum)")
        }
        guard unbonding >= dispute else {
            throw .field(
                "unbonding_rounds", expected: "at least the \(dispute) dispute_rounds",
                found: "\(unbonding)")
        }
        guard cliff <= vesting else {
            throw .field(
                "cliff_rounds", expected: "at most the \(vesting) vesting_rounds",
                found: "\(cliff)")
        }
    }

    private static var names: [(String, WritableKeyPath<RoundDelays, UInt32>)] {
        [
            ("dispute_rounds", \.dispute), ("unbonding_rounds", \.unbonding),
            ("vesting_rounds", \.vesting), ("cliff_rounds", \.cliff),
        ]
    }
}
