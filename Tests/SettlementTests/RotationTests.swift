import Artifacts
import Encodings
import Identity
import Settlement
import Testing

@Suite("Keys that change")
struct RotationTests {
    let sample = RunSample()
    var worker: SigningKey { sample.workers[0] }
    let new = RunSample.key(100)
    let cold = RunSample.key(101)

    func rotation(
        _ old: SigningKey, to new: SigningKey, by author: SigningKey? = nil
    ) throws -> LedgerRecord {
        let rotation = Rotation(from: old.publicKey, to: new, run: RunSample.run)
        return try LedgerRecord(rotation.json, by: (author ?? old).publicKey)
    }

    func recovery(
        of key: SigningKey, by cold: SigningKey, author: SigningKey? = nil
    ) throws -> LedgerRecord {
        try LedgerRecord(
            Recovery(of: key.publicKey, by: cold.publicKey).json,
            by: (author ?? key).publicKey)
    }

    func refuses(_ state: LedgerState, _ record: LedgerRecord) -> Bool {
        var copy = state
        return (try? copy.apply(record)) == nil
    }

    @Test("take all money, membership and verdicts with them")
    func everything() throws {
        let delays = RoundDelays(dispute: 1, unbonding: 1, vesting: 2)
        var state = try sample.state(try sample.genesis(delays: delays))
        let verifier = sample.verifiers[0]
        try state.apply(try sample.join(worker))
        for round: UInt32 in 1...2 {
            try state.apply(try sample.opening(round))
            let sealed = try sample.sealed(worker, round: round)
            try state.apply(LedgerRecord(sealed))
            for verifier in sample.verifiers.prefix(2) {
                try state.apply(try sample.verdict(.accepted, of: sealed, by: verifier))
            }
            try state.apply(LedgerRecord(state.settlementOfNextRound()))
        }
        var plain = state
        try state.apply(try rotation(worker, to: new))
        try state.apply(try rotation(verifier, to: cold))
        try state.checkConservation()
        for _ in 0..<3 {
            try state.apply(try sample.opening(state.nextRound))
            try state.apply(LedgerRecord(state.settlementOfNextRound()))
            try plain.apply(try sample.opening(plain.nextRound))
            try plain.apply(LedgerRecord(plain.settlementOfNextRound()))
        }
        #expect(state.balance(of: .key(worker.publicKey)) == 0)
        #expect(
            state.balance(of: .key(new.publicKey)) == plain.balance(of: .key(worker.publicKey)))
        #expect(state.balance(of: .key(new.publicKey)) == 900 + 2_000)
        #expect(state.stake(of: new.publicKey) == 100)
        #expect(state.members[worker.publicKey] == nil)
        #expect(state.workers(in: state.nextRound).map(\.key) == [new.publicKey])
    }

    @Test("leave one that signs nothing more and is paid nothing")
    func retired() throws {
        var state = try sample.state()
        try state.apply(try sample.join(worker))
        try state.apply(try rotation(worker, to: new))
        let keys = (worker.publicKey, sample.workers[1])
        #expect(refuses(state, try sample.leave(worker, round: 2)))
        #expect(refuses(state, try rotation(worker, to: cold)))
        #expect(
            refuses(
                state,
                try sample.transfer(keys.1, from: .key(keys.1.publicKey), to: .key(keys.0), 1)))
        #expect(refuses(state, try sample.join(keys.1, payout: keys.0)))
        try state.apply(try sample.leave(new, round: 2))
    }

    @Test("need the word of the old key or its recovery key, and of the new one")
    func consent() throws {
        var state = try sample.state()
        try state.apply(try sample.join(worker))
        #expect(refuses(state, try rotation(worker, to: new, by: sample.workers[1])))
        #expect(refuses(state, try rotation(worker, to: new, by: sample.keeper)))
        let other = Rotation(from: worker.publicKey, to: new, run: RunSample.base)
        #expect(refuses(state, try LedgerRecord(other.json, by: worker.publicKey)))
        for taken in [sample.keeper, sample.verifiers[0], worker] {
            #expect(refuses(state, try rotation(worker, to: taken)))
        }
        #expect(refuses(state, try rotation(sample.keeper, to: new)))
        try state.apply(try rotation(worker, to: new))
    }

    @Test("come back to their owner after a theft")
    func theft() throws {
        var state = try sample.state()
        let thief = RunSample.key(102)
        try state.apply(try sample.join(worker))
        try state.apply(try recovery(of: worker, by: cold))
        #expect(refuses(state, try recovery(of: worker, by: thief)))
        #expect(refuses(state, try rotation(worker, to: thief)))
        try state.apply(try rotation(worker, to: new, by: cold))
        #expect(state.stake(of: new.publicKey) == 100)
        try state.apply(try recovery(of: new, by: RunSample.key(103), author: cold))
        #expect(refuses(state, try rotation(new, to: RunSample.key(104), by: cold)))
    }

    @Test("go on with a recovery key that changed itself")
    func recoveryRotated() throws {
        var state = try sample.state()
        let warm = RunSample.key(103)
        try state.apply(try sample.join(worker))
        try state.apply(try recovery(of: worker, by: cold))
        try state.apply(try rotation(cold, to: warm))
        #expect(refuses(state, try rotation(worker, to: new, by: cold)))
        try state.apply(try rotation(worker, to: new, by: warm))
    }

    @Test("leave a verifier one vote, and its second word")
    func verifier() throws {
        var state = try sample.state(
            try sample.genesis(delays: RoundDelays(dispute: 1, unbonding: 1)))
        let (old, other) = (sample.verifiers[0], sample.workers[1])
        for worker in [worker, other] { try state.apply(try sample.join(worker)) }
        try state.apply(try sample.opening())
        let (judged, open) = (try sample.sealed(worker), try sample.sealed(other))
        let verdict = try sample.verdict(.accepted, of: judged, by: old)
        let score = try sample.score(of: judged, leaveOneOut: 1, rating: 1, by: old)
        for record in [LedgerRecord(judged), LedgerRecord(open), verdict, score] {
            try state.apply(record)
        }
        try state.apply(LedgerRecord(state.settlementOfNextRound()))
        try state.apply(try rotation(old, to: cold))
        #expect(refuses(state, try sample.verdict(.accepted, of: open, by: old)))
        #expect(refuses(state, try sample.verdict(.wrongData, of: judged, by: cold)))
        #expect(refuses(state, try sample.score(of: judged, leaveOneOut: 2, rating: 1, by: cold)))
        try state.apply(try sample.verdict(.accepted, of: open, by: cold))
        try state.apply(
            try sample.revision(of: verdict, to: .wrongData, of: judged, by: cold))
    }

    @Test("are followed by payouts, debts and what an export could not pay")
    func followed() throws {
        var state = try sample.state()
        let account = RunSample.key(105)
        try state.apply(try sample.join(worker, payout: account.publicKey))
        try state.apply(try sample.leave(worker, round: 1))
        try state.apply(try sample.export(state))
        try state.apply(
            try LedgerRecord(
                ExportPayment(
                    of: 1, by: .list, digest: RunSample.base, total: 100
                ).json, by: sample.keeper.publicKey))
        try state.apply(try rotation(account, to: new))
        try state.apply(
            try LedgerRecord(
                ExportReconciliation(of: 1, failedAt: [0]).json, by: sample.keeper.publicKey))
        #expect(state.balance(of: .key(new.publicKey)) == 100)
        #expect(state.nextExport().payments.map(\.account) == [new.publicKey])
        let other = sample.workers[1]
        try state.apply(try sample.join(other, payout: new.publicKey))
        try state.apply(try rotation(new, to: cold))
        try state.apply(try sample.leave(other, round: 1))
        #expect(state.balance(of: .key(cold.publicKey)) == 200)
    }

    @Test("are not kept from a place by what others do to them")
    func griefed() throws {
        var state = try sample.state()
        let stranger = sample.workers[1]
        try state.apply(try sample.join(worker, payout: new.publicKey))
        try state.apply(try sample.join(stranger, payout: new.publicKey))
        try state.apply(try recovery(of: stranger, by: new))
        try state.apply(
            try sample.transfer(
                sample.workers[2], from: .key(sample.workers[2].publicKey), to: .key(new.publicKey),
                7))
        try state.apply(try rotation(worker, to: new))
        #expect(state.balance(of: .key(new.publicKey)) == 900 + 7)
        #expect(state.stake(of: new.publicKey) == 100)
    }

    @Test("are found at the end of a long row")
    func row() throws {
        var state = try sample.state()
        let keys = (100..<120).map { RunSample.key($0) }
        try state.apply(try sample.join(worker, payout: keys[0].publicKey))
        for (old, new) in zip(keys, keys.dropFirst()) {
            try state.apply(try rotation(old, to: new))
        }
        try state.apply(try sample.leave(worker, round: 1))
        #expect(state.balance(of: .key(keys[19].publicKey)) == 100)
    }

    @Test("are of those who have a place in the ledger")
    func strangers() throws {
        let state = try sample.state()
        #expect(refuses(state, try rotation(RunSample.key(106), to: new)))
    }

    @Test("change between rounds only")
    func open() throws {
        var state = try sample.state()
        try state.apply(try sample.join(worker))
        try state.apply(try sample.opening())
        #expect(refuses(state, try rotation(worker, to: new)))
    }
}
