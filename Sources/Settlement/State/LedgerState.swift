package import Encodings
package import Identity
package import Storage

/// Who owns what and who did what, after some number of entries: a pure function of them.
package struct LedgerState: Sendable {
    /// The most workers at a time.
    package static let maximumMembers = 256

    /// The terms.
    package let genesis: Genesis
    /// What the records of members and openings must name.
    package let reference: LedgerReference
    /// What is not paid out, in base units.
    package internal(set) var treasury: UInt64
    /// What each key owns, in base units; keys without money are left out.
    package internal(set) var balances: [PublicKey: UInt64]
    /// The workers, and their stakes.
    package internal(set) var members: [PublicKey: Member] = [:]
    /// The sealed work of the open round.
    package internal(set) var works: [PublicKey: Work] = [:]
    /// The entry that opened each round, from round 1 on.
    var openings: [UInt64] = []
    /// What each round moved, from round 1 on.
    package internal(set) var settlements: [RoundSettlement] = []
    /// The round and the worker of every sealed contribution.
    var sealed: [Digest: (round: UInt32, worker: PublicKey)] = [:]
    /// The entry of every record after the first entry, by the record's identity.
    var recorded: [Digest: UInt64] = [:]

    /// The state after entry 0, whose line has the digest `origin`.
    package init(_ genesis: Genesis, origin: Digest) throws(MalformedInput) {
        try genesis.check()
        self.genesis = genesis
        reference = LedgerReference(run: genesis.run, origin: origin)
        treasury = genesis.treasury ?? 0
        balances = [:]
        for grant in genesis.grants where grant.amount > 0 {
            balances[grant.account] = grant.amount
        }
        try checkConservation()
    }

    /// The first round that is not settled.
    package var nextRound: UInt32 { UInt32(settlements.count) + 1 }

    /// How many entries lead to this state.
    package var entryCount: UInt64 { UInt64(recorded.count) + 1 }

    /// The entry that holds this very record already, if one does.
    package func sequence(of record: LedgerRecord) -> UInt64? {
        recorded[record.identity]
    }

    /// Applies the next record, which must be new.
    ///
    /// - Throws: `MalformedInput` that says which rule forbids it; the state is then as it was.
    package mutating func apply(_ record: LedgerRecord) throws(MalformedInput) {
        if let sequence = sequence(of: record) {
            throw MalformedInput("entry \(sequence) holds the same record")
        }
        switch record.content {
        case .genesis: throw MalformedInput("only entry 0 is a genesis")
        case .opening(let opening, let signer): try apply(opening, signedBy: signer)
        case .join(let join): try apply(join)
        case .leave(let leave): try apply(leave)
        case .transfer(let transfer, let signer): try apply(transfer, signedBy: signer)
        case .contribution(let contribution): try apply(contribution)
        case .verdict(let verdict, let verifier): try apply(verdict, by: verifier)
        case .settlement(let round): try apply(settlementOf: round, record.body)
        }
        recorded[record.identity] = entryCount
        try checkConservation()
    }

    /// Checks that treasury, balances and stakes add up to the supply.
    func checkConservation() throws(MalformedInput) {
        var total = UInt128(treasury)
        for balance in balances.values { total += UInt128(balance) }
        for member in members.values { total += UInt128(member.stake) }
        guard total == UInt128(genesis.supply) else {
            throw MalformedInput(
                "all money adds up to \(total), not to the \(genesis.supply) there is")
        }
    }

    /// Checks that a record belongs to this ledger.
    func check(_ ledger: LedgerReference) throws(MalformedInput) {
        try check(run: ledger.run)
        guard ledger.origin == reference.origin else {
            throw .field("ledger", expected: "\(reference.origin)", found: "\(ledger.origin)")
        }
    }

    /// Checks that a record belongs to this run.
    func check(run: Digest) throws(MalformedInput) {
        guard run == genesis.run else {
            throw .field("run", expected: "\(genesis.run)", found: "\(run)")
        }
    }
}
