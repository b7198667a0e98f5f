package import Encodings
package import Identity
package import Storage

/// Who owns what and who did what, after some number of entries: a pure function of them.
package struct LedgerState: Sendable {
    /// The most workers at a time.
    package static let maximumMembers = 256

    /// The terms.
    package let genesis: Genesis
    /// What is not paid out, in base units.
    package internal(set) var treasury: UInt64
    /// What each key owns, in base units; keys without money are left out.
    package internal(set) var balances: [PublicKey: UInt64]
    /// The workers, and their stakes.
    package internal(set) var members: [PublicKey: Member] = [:]
    /// The sealed work of the rounds from `nextRound` on.
    package internal(set) var openRounds: [UInt32: [PublicKey: Work]] = [:]
    /// What each round moved, from round 0 on.
    package internal(set) var settlements: [RoundSettlement] = []
    /// The round and the worker of every sealed contribution.
    var sealed: [Digest: (round: UInt32, worker: PublicKey)] = [:]
    /// The identities of all records.
    var recorded: Set<Digest> = []

    /// The state after entry 0.
    package init(_ genesis: Genesis) throws(MalformedInput) {
        try genesis.check()
        self.genesis = genesis
        treasury = genesis.treasury ?? 0
        balances = [:]
        for grant in genesis.grants where grant.amount > 0 {
            balances[grant.account] = grant.amount
        }
        try checkConservation()
    }

    /// The first round that is not settled.
    package var nextRound: UInt32 { UInt32(settlements.count) }

    /// Whether this very record is in the ledger already.
    package func contains(_ record: LedgerRecord) -> Bool {
        recorded.contains(record.identity)
    }

    /// Applies the next record, which must be new.
    ///
    /// - Throws: `MalformedInput` that says which rule forbids it; the state is then unusable.
    package mutating func apply(_ record: LedgerRecord) throws(MalformedInput) {
        guard recorded.insert(record.identity).inserted else {
            throw MalformedInput("the same record is in the ledger already")
        }
        switch record.content {
        case .genesis: throw MalformedInput("only entry 0 is a genesis")
        case .join(let join): try apply(join)
        case .leave(let leave): try apply(leave)
        case .transfer(let transfer): try apply(transfer)
        case .contribution(let contribution): try apply(contribution)
        case .verdict(let verdict): try apply(verdict)
        case .settlement(let round, let json): try apply(settlementOf: round, json)
        }
        try checkConservation()
    }

    /// Checks that treasury, balances and stakes add up to the supply.
    func checkConservation() throws(MalformedInput) {
        var total = UInt128(treasury)
        for balance in balances.values { total += UInt128(balance) }
        for member in members.values { total += UInt128(member.stake) }
        guard total == UInt128(genesis.supply) else {
            throw MalformedInput("all money adds up to \(total), not to the \(genesis.supply) there is")
        }
    }

    /// Checks that a record belongs to this run.
    func check(run: Digest) throws(MalformedInput) {
        guard run == genesis.run else {
            throw .field("run", expected: "\(genesis.run)", found: "\(run)")
        }
    }
}
