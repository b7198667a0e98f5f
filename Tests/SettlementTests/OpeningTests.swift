import Artifacts
import Encodings
import Identity
import Settlement
import Storage
import Testing
import TransparencyLog

@Suite("Opening a round")
struct OpeningTests {
    let sample = RunSample()
    var worker: SigningKey { sample.workers[0] }

    /// The ledger that these records after the genesis make.
    func ledger(_ records: [LedgerRecord]) throws -> LedgerSample { try LedgerSample(records) }

    @Test("fixes roster and seed, whatever is recorded after it")
    func fixed() throws {
        let other = sample.workers[1]
        let before = [try sample.join(worker)]
        let early = try ledger(before)
        let seed = try early.ledger().log.checkpoint.digest
        let opened = before + [try sample.opening()]
        let open = try ledger(opened)
        let roster = try #require(try open.roster(round: 1))
        #expect(roster["seed"]?.string == seed.hex)
        let transfer = try sample.transfer(
            other, from: .key(other.publicKey), to: .treasury, 1)
        let work = try sample.contribution(worker)
        let later = [transfer, try sample.join(other, round: 2), work]
        for count in 1...later.count {
            let more = try ledger(opened + later.prefix(count))
            #expect(try more.roster(round: 1) == roster)
        }
        let reversed = try ledger(opened + later.reversed())
        #expect(try reversed.roster(round: 1) == roster)
    }

    @Test("comes before a roster")
    func unopened() throws {
        let sample = try ledger([try sample.join(worker), try sample.opening()])
        #expect(try sample.roster(round: 2) == nil)
        #expect(try sample.roster(round: 0) == nil)
    }

    @Test("is the operator's, in order, once the round before is settled")
    func inOrder() throws {
        var state = try sample.state()
        #expect(throws: MalformedInput.self) {
            try state.apply(try sample.opening(by: worker))
        }
        let settlement = LedgerRecord(state.settlementOfNextRound())
        #expect(throws: MalformedInput.self) { try state.apply(settlement) }
        #expect(throws: MalformedInput.self) { try state.apply(try sample.opening(2)) }
        try state.apply(try sample.opening(1))
        #expect(state.openRound == 1)
        #expect(throws: MalformedInput.self) { try state.apply(try sample.opening(1)) }
        #expect(throws: MalformedInput.self) { try state.apply(try sample.opening(2)) }
        try state.apply(settlement)
        #expect(state.openRound == nil)
        try state.apply(try sample.opening(2))
        #expect(state.nextToOpen == 3)
    }

    @Test("leaves joining and leaving to the rounds to come")
    func membership() throws {
        var state = try sample.state()
        try state.apply(try sample.join(worker))
        try state.apply(try sample.opening())
        for record in [try sample.join(sample.workers[1]), try sample.leave(worker, round: 1)] {
            #expect(throws: MalformedInput.self) { try state.apply(record) }
        }
        try state.apply(try sample.join(sample.workers[1], round: 2))
        try state.apply(try sample.leave(worker, round: 2))
        #expect(state.workers(in: 1).map(\.key) == [worker.publicKey])
        #expect(throws: MalformedInput.self) {
            try state.apply(try sample.contribution(sample.workers[1]))
        }
        try state.apply(try sample.contribution(worker))
    }

    @Test("leaves out who holds less than the least stake")
    func leastStake() throws {
        var state = try afterLie(try sample.genesis(minimumStake: 60), stake: 100)
        #expect(state.workers(in: 2).isEmpty)
        #expect(throws: MalformedInput.self) {
            try state.apply(try sample.contribution(worker, round: 2))
        }
    }

    @Test("counts a worker with no more speed than its stake backs")
    func backedThroughput() throws {
        let terms = try sample.genesis(stakePerThroughput: 10)
        let sealed = try sample.sealed(worker)
        var state = try sample.state(terms)
        var records: [LedgerRecord] = []
        func record(_ next: LedgerRecord) throws {
            try state.apply(next)
            records.append(next)
        }
        try record(sample.join(worker, stake: 105, throughput: 1 << 40))
        try record(sample.join(sample.workers[1], stake: 500, throughput: 7))
        #expect(throws: MalformedInput.self) {
            try state.apply(sample.join(sample.workers[2], stake: 9))
        }
        try record(sample.opening())
        try record(LedgerRecord(sealed))
        for verifier in sample.verifiers {
            try record(sample.verdict(.notReproduced, of: sealed, by: verifier))
        }
        try record(LedgerRecord(state.settlementOfNextRound()))
        try record(sample.opening(2))

        let ledger = try LedgerSample(records, terms: terms)
        let other = sample.workers[1].publicKey
        #expect(try speeds(in: ledger, round: 1) == [worker.publicKey: 10, other: 7])
        // Half of the stake went for the lie.
        #expect(try speeds(in: ledger, round: 2) == [worker.publicKey: 5, other: 7])
    }

    @Test("leaves out whose stake backs no speed after a slash")
    func unbackedThroughput() throws {
        let state = try afterLie(try sample.genesis(stakePerThroughput: 10), stake: 15)
        #expect(state.workers(in: 2).isEmpty)
    }

    /// Round 2 is open, and the worker has lost half of its stake for a lie in round 1.
    private func afterLie(_ terms: Genesis, stake: UInt64) throws -> LedgerState {
        var state = try sample.state(terms)
        let sealed = try sample.sealed(worker)
        try state.apply(try sample.join(worker, stake: stake))
        try state.apply(try sample.opening())
        #expect(state.workers(in: 1).map(\.key) == [worker.publicKey])
        try state.apply(LedgerRecord(sealed))
        for verifier in sample.verifiers {
            try state.apply(try sample.verdict(.notReproduced, of: sealed, by: verifier))
        }
        try state.apply(LedgerRecord(state.settlementOfNextRound()))
        try state.apply(try sample.opening(2))
        return state
    }

    /// The throughputs on a roster.
    private func speeds(in ledger: LedgerSample, round: UInt32) throws -> [PublicKey: Int64] {
        let lines = try #require(try ledger.roster(round: round)?["workers"]?.array)
        return try Dictionary(
            uniqueKeysWithValues: lines.map { line in
                let key = try #require(line["worker"]?.string.flatMap(PublicKey.init(base58:)))
                return (key, try #require(line["throughput"]?.integer))
            })
    }
}
