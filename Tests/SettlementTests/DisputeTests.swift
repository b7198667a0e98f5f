import Artifacts
import Encodings
import Identity
import Settlement
import Testing

@Suite("Rounds that may be disputed")
struct DisputeTests {
    let sample = RunSample()

    /// Three workers with a stake of 100 each, whose rounds are final two settlements later.
    func run(slash: UInt64 = 500_000, unbonding: UInt32 = 2) throws -> LedgerState {
        var state = try sample.state(
            try sample.genesis(
                slash: slash, delays: RoundDelays(dispute: 2, unbonding: unbonding)))
        for worker in sample.workers.prefix(3) { try state.apply(try sample.join(worker)) }
        return state
    }

    /// Plays a round of the first workers' work, all of which verifiers 0 and 1 call `outcome`.
    @discardableResult
    func play(
        _ state: inout LedgerState, workers: Int = 1, _ outcome: Verdict.Outcome = .accepted
    ) throws -> [(sealed: SealedContribution, verdicts: [LedgerRecord])] {
        let round = state.nextRound
        try state.apply(try sample.opening(round))
        let works = try sample.workers.prefix(workers).map { worker in
            let sealed = try sample.sealed(worker, round: round)
            let verdicts = try sample.verifiers.prefix(2).map {
                try sample.verdict(outcome, of: sealed, by: $0)
            }
            return (sealed: sealed, verdicts: verdicts)
        }
        for work in works {
            try state.apply(LedgerRecord(work.sealed))
            for verdict in work.verdicts { try state.apply(verdict) }
        }
        try state.apply(LedgerRecord(state.settlementOfNextRound()))
        return works
    }

    @Test("pay nothing until they are final")
    func escrow() throws {
        var state = try run()
        let payee = Account.key(sample.workers[0].publicKey)
        try play(&state)
        #expect(state.money[.escrow(round: 1)] == 1_000)
        #expect(state.balance(of: payee) == 900)
        #expect(state.phase(of: 1) == .provisional)
        try play(&state, workers: 0)
        #expect(state.money[.escrow(round: 2)] == 0)
        try play(&state, workers: 0)
        #expect(state.phase(of: 1) == .final)
        #expect(state.money[.escrow(round: 1)] == 0)
        #expect(state.balance(of: payee) == 1_900)
    }

    @Test("take no word about work any more once they are final")
    func remembered() throws {
        var state = try run()
        let first = try play(&state)[0]
        let second = try play(&state, workers: 2)[1]
        for _ in 0..<2 { try play(&state, workers: 0) }
        for (round, sealed) in [(1, first.sealed), (2, second.sealed)] {
            for outcome in [Verdict.Outcome.notReproduced, .malformed, .wrongRun] {
                let late = try sample.verdict(outcome, of: sealed, by: sample.verifiers[2])
                let refusal = #expect(throws: MalformedInput.self) { try state.apply(late) }
                #expect(refusal?.reason == "round \(round) is final, and its verdicts")
            }
            let score = try sample.score(
                of: sealed, leaveOneOut: 1, rating: 1, by: sample.verifiers[0])
            let refusal = #expect(throws: MalformedInput.self) { try state.apply(score) }
            #expect(refusal?.reason == "round \(round) is final, and its scores")
        }
        let verifier = sample.verifiers[0].publicKey
        #expect(state.decision(of: verifier, about: first.sealed.digest) == nil)
    }

    @Test("are paid and slashed by the verdicts that stand when they become final")
    func overturned() throws {
        var state = try run()
        let works = try play(&state, workers: 2)
        #expect(state.lastSettlement?.outcome.credits.map(\.amount) == [500, 500])
        for (verifier, verdict) in zip(sample.verifiers, works[0].verdicts) {
            try state.apply(
                try sample.revision(
                    of: verdict, to: .notReproduced, of: works[0].sealed, by: verifier))
        }
        try play(&state, workers: 0)
        try play(&state, workers: 0)
        let final = try #require(state.lastSettlement?.final)
        #expect(final.round == 1)
        #expect(final.credits.map(\.worker) == [sample.workers[1].publicKey])
        #expect(final.slashes.map(\.amount) == [50])
        #expect(state.stake(of: sample.workers[0].publicKey) == 50)
    }

    @Test("take a verifier's second word in the place of its first, once, and only its own")
    func revisions() throws {
        var state = try run()
        let work = try play(&state)[0]
        let (first, second) = (sample.verifiers[0], sample.verifiers[1])
        func refuses(_ record: LedgerRecord) -> Bool {
            var copy = state
            return (try? copy.apply(record)) == nil
        }
        let revision = try sample.revision(
            of: work.verdicts[0], to: .wrongData, of: work.sealed, by: first)
        #expect(
            refuses(
                try sample.revision(
                    of: work.verdicts[0], to: .wrongData, of: work.sealed, by: second)))
        #expect(refuses(try LedgerRecord(revision.body, by: second.publicKey)))
        #expect(
            refuses(
                try sample.revision(
                    of: work.verdicts[0], to: .cannotVerify, of: work.sealed, by: first)))
        try state.apply(revision)
        #expect(
            refuses(
                try sample.revision(
                    of: work.verdicts[0], to: .accepted, of: work.sealed, by: first)))
        try play(&state, workers: 0)
        try play(&state, workers: 0)
        #expect(
            refuses(
                try sample.revision(
                    of: work.verdicts[1], to: .wrongData, of: work.sealed, by: second)))
    }

    @Test("let verifiers decide late, and stand without dispute rounds")
    func late() throws {
        var state = try run()
        let work = try play(&state)[0]
        try state.apply(
            try sample.verdict(.accepted, of: work.sealed, by: sample.verifiers[2]))
        var plain = try sample.state()
        try plain.apply(try sample.join(sample.workers[0]))
        try plain.apply(try sample.opening())
        let sealed = try sample.sealed(sample.workers[0])
        let verdict = try sample.verdict(.accepted, of: sealed, by: sample.verifiers[0])
        try plain.apply(LedgerRecord(sealed))
        try plain.apply(verdict)
        let revision = try sample.revision(
            of: verdict, to: .notReproduced, of: sealed, by: sample.verifiers[0])
        #expect(throws: MalformedInput.self) { try plain.apply(revision) }
    }

    @Test("slash by the stake of their own day, and remember what is not there any more")
    func debt() throws {
        var state = try run(slash: 600_000)
        let worker = sample.workers[0].publicKey
        try play(&state, .notReproduced)
        try play(&state, .notReproduced)
        try play(&state)
        #expect(state.stake(of: worker) == 40)
        try play(&state, workers: 0)
        #expect(state.stake(of: worker) == 0)
        #expect(state.debts[worker] == 20)
        #expect(state.lastSettlement?.final?.slashes.map(\.owed) == [20])
        #expect(state.lastSettlement?.final?.slashed == 40)
        try play(&state, workers: 0)
        #expect(state.lastSettlement?.withheld == 20)
        #expect(state.debts.isEmpty)
        #expect(state.balance(of: .key(worker)) == 900 + 1_000 - 20)
        try state.checkConservation()
    }

    @Test("bear debts beyond all money there is")
    func endlessDebt() throws {
        var genesis = try sample.genesis(
            supply: .max, slash: 1_000_000, delays: RoundDelays(dispute: 2, unbonding: 2))
        let worker = sample.workers[0]
        genesis.grants = [Genesis.Grant(account: worker.publicKey, amount: 1 << 63)]
        var state = try sample.state(genesis)
        try state.apply(try sample.join(worker, stake: 1 << 63))
        for _ in 0..<3 { try play(&state, .notReproduced) }
        for _ in 0..<3 { try play(&state, workers: 0) }
        #expect(state.debts[worker.publicKey] == .max)
        try state.checkConservation()
    }

    @Test("keep a stake until it is unbonded")
    func unbonding() throws {
        var state = try run(unbonding: 3)
        let worker = sample.workers[0]
        try play(&state)
        try state.apply(try sample.leave(worker, round: 2))
        for _ in 0..<2 {
            try play(&state, workers: 0)
            #expect(state.stake(of: worker.publicKey) == 100)
        }
        try play(&state, workers: 0)
        #expect(state.lastSettlement?.released.map(\.amount) == [100])
        #expect(state.members[worker.publicKey] == nil)
    }

    @Test("take no work once they are closed")
    func closing() throws {
        var state = try run()
        #expect(throws: MalformedInput.self) { try state.apply(try sample.closing()) }
        try state.apply(try sample.opening())
        try state.apply(try sample.contribution(sample.workers[0]))
        try state.apply(try sample.closing())
        #expect(state.phase(of: 1) == .closed)
        #expect(throws: MalformedInput.self) {
            try state.apply(try sample.contribution(sample.workers[1]))
        }
        #expect(throws: MalformedInput.self) { try state.apply(try sample.closing()) }
        try state.apply(LedgerRecord(state.settlementOfNextRound()))
        try state.apply(try sample.opening(2))
        try state.apply(try sample.contribution(sample.workers[1], round: 2))
    }

    @Test("need terms that fit together")
    func terms() throws {
        for delays in [
            RoundDelays(dispute: 2, unbonding: 1), RoundDelays(vesting: 1, cliff: 2),
            RoundDelays(vesting: RoundDelays.maximum + 1),
        ] {
            #expect(throws: MalformedInput.self) {
                try sample.state(try sample.genesis(delays: delays))
            }
        }
        let genesis = try sample.genesis(
            delays: RoundDelays(dispute: 1, unbonding: 2, vesting: 4, cliff: 3), minimumPayout: 5)
        #expect(try Genesis(genesis.json) == genesis)
        #expect(
            try sample.genesis().json.canonicalBytes()
                == Genesis(try sample.genesis().json).json.canonicalBytes())
    }
}
