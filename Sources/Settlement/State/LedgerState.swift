import Artifacts
package import Encodings
package import Identity
import Storage

/// Who owns what and who did what, after some number of entries: a pure function of them.
package struct LedgerState: Sendable {
    /// The most workers at a time.
    package static let maximumMembers = 65_536

    /// The terms.
    package let genesis: Genesis
    /// How many entries lead to this state.
    package private(set) var entryCount: UInt64 = 1
    /// How much money lies where.
    package private(set) var money = Holdings()
    /// What the last entry moved.
    package private(set) var movements: [Movement] = []
    /// The workers.
    package internal(set) var members: [PublicKey: Member] = [:]
    /// The keys whose verdicts count, each in the place of the one that the terms name.
    var verifiers: [PublicKey]
    /// The key that took the place of each one that is retired.
    var successors: [PublicKey: PublicKey] = [:]
    /// The key that may recover another, by that.
    var recoveries: [PublicKey: PublicKey] = [:]
    /// What each account was paid for work, and still has: what may be exported of it.
    var payForWork: [PublicKey: UInt64] = [:]
    /// The keys that others named: for their pay, or for recovery.
    var namedKeys: Set<PublicKey> = []
    /// The account that each worker is paid to, also those that have left; it may be retired.
    var payees: [PublicKey: PublicKey] = [:]
    /// The sealed work of every round that is not final, by worker.
    var pending: [UInt32: [PublicKey: Work]] = [:]
    /// Whether the open round takes no more work.
    package internal(set) var isClosed = false
    /// What workers lost beyond their stakes, in base units; it is kept back from what they are paid.
    package internal(set) var debts: [PublicKey: UInt64] = [:]
    /// Pay that is not paid out yet, by the settlement that it was earned with.
    var vesting: [UInt32: [PublicKey: UInt64]] = [:]
    /// What was handed over to be paid outside the ledger, in order.
    package internal(set) var exports: [Export] = []
    /// The entry that opened each round, from round 1 on.
    var openings: [UInt64] = []
    /// How many rounds are settled.
    package internal(set) var settledRounds: UInt32 = 0
    /// What the last settlement moved.
    package internal(set) var lastSettlement: RoundSettlement?
    /// What all settlements paid and slashed, in base units.
    package internal(set) var totals = SettlementTotals()
    /// The worker of each sealed contribution of every round that is not final.
    var sealed: [UInt32: [Digest: PublicKey]] = [:]
    /// Verdicts `wrong-run` that came before their contributions, by the contribution.
    var early: [Digest: [(verdict: Verdict, verifier: PublicKey, identity: Digest)]] = [:]
    /// The entry of every record after the first entry, by the record's identity.
    private var recorded: [Digest: RecordedEntry] = [:]

    /// The state after entry 0.
    package init(_ genesis: Genesis) throws(MalformedInput) {
        try genesis.check()
        self.genesis = genesis
        verifiers = genesis.verifiers
        try move(Movement(genesis.supply, from: .supply, to: .treasury, for: .issue))
        for grant in genesis.grants {
            try move(
                Movement(grant.amount, from: .treasury, to: .balance(grant.account), for: .grant))
        }
    }

    /// The first round that is not settled.
    package var nextRound: UInt32 { settledRounds + 1 }

    /// The sealed work of the round that is worked in.
    package var works: [PublicKey: Work] { pending[nextRound] ?? [:] }

    /// The entry that holds this very record already, if one does.
    package func entry(of record: LedgerRecord) -> UInt64? {
        recorded[record.identity]?.number
    }

    /// The round of a sealed contribution, and its worker unless the round is final.
    func place(of contribution: Digest) -> (round: UInt32, worker: PublicKey?)? {
        guard let entry = recorded[contribution], entry.isWork else { return nil }
        // Work is sealed while its round is open: that of the last opening before it.
        var (low, high) = (0, openings.count)
        while low < high {
            let middle = (low + high) / 2
            if openings[middle] < entry.number { low = middle + 1 } else { high = middle }
        }
        let round = UInt32(low)
        return (round, sealed[round]?[contribution])
    }

    /// Applies the next record, which must be new.
    ///
    /// - Throws: `MalformedInput` that says which rule forbids it; the state is then as it was.
    package mutating func apply(_ record: LedgerRecord) throws(MalformedInput) {
        if let entry = entry(of: record) {
            throw MalformedInput("entry \(entry) holds the same record")
        }
        try checkInUse(record.author)
        let before = movements
        movements = []
        do throws(MalformedInput) {
            switch record.content {
            case .genesis: throw MalformedInput("only entry 0 is a genesis")
            case .opening(let round): try open(round, by: record.author)
            case .closing(let round): try close(round, by: record.author)
            case .join(let join): try apply(join, by: record.author)
            case .recovery(let recovery): try apply(recovery, by: record.author)
            case .rotation:
                try apply(Rotation(record.body, run: genesis.run), by: record.author)
            case .leave(let round): try leave(round, by: record.author)
            case .transfer(let transfer): try apply(transfer, by: record.author)
            case .contribution(let contribution): try apply(contribution)
            case .verdict(let verdict, let verifier):
                try apply(verdict, by: verifier, identity: record.identity)
            case .score(let score, let verifier): try apply(score, by: verifier)
            case .revision(let revision): try apply(revision, by: record.author)
            case .settlement(let round):
                try apply(settlementOf: round, record.body, by: record.author)
            case .export(let number):
                try apply(exportOf: number, record.body, by: record.author)
            case .payment(let payment): try apply(payment, by: record.author)
            case .reconciliation(let found): try apply(found, by: record.author)
            }
        } catch {
            precondition(movements.isEmpty, "a record that is refused moved nothing")
            movements = before
            throw error
        }
        recorded[record.identity] = RecordedEntry(entryCount, of: record.content)
        entryCount += 1
    }

    /// Whether a record that is refused now may be taken later: a new key waits for the round to end.
    package func mayComeLater(_ body: JSON?) -> Bool {
        body?["type"]?.string == "rotation" && openRound != nil
    }

    /// Moves money, which must be there; some that is nothing is not worth a word.
    mutating func move(_ movement: Movement) throws(MalformedInput) {
        try money.move(movement, in: genesis.unit)
        guard movement.amount > 0 else { return }
        movements.append(movement)
        // What an account spends is first what it was not paid for work.
        if case .balance(let key) = movement.source, let held = payForWork[key] {
            let left = min(held, balance(of: .key(key)))
            payForWork[key] = left > 0 ? left : nil
        }
    }

    /// Checks that all money adds up to the supply.
    package func checkConservation() throws(MalformedInput) {
        guard money.total == UInt128(genesis.supply) else {
            throw MalformedInput(
                "all money adds up to \(money.total), not to the \(genesis.supply) there is")
        }
    }
}

/// The number of an entry, and whether it seals work, in eight bytes: there is one of every record ever.
private struct RecordedEntry: Sendable {
    private let bits: UInt64

    init(_ number: UInt64, of content: LedgerRecord.Content) {
        let isWork = if case .contribution = content { true } else { false }
        bits = number << 1 | (isWork ? 1 : 0)
    }

    var number: UInt64 { bits >> 1 }
    var isWork: Bool { bits & 1 == 1 }
}

/// What all settlements so far paid and slashed.
package struct SettlementTotals: Sendable, Equatable {
    /// Paid, in base units.
    package var paid: UInt128 = 0
    /// Slashed, in base units.
    package var slashed: UInt128 = 0
}
