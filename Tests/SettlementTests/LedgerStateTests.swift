import Artifacts
import Encodings
import Identity
import Settlement
import Storage
import Testing

@Suite("The state of a ledger")
struct LedgerStateTests {
    let sample = RunSample()
    var worker: SigningKey { sample.workers[0] }

    func state(_ records: LedgerRecord...) throws -> LedgerState {
        var state = try sample.state()
        for record in records { try state.apply(record) }
        return state
    }

    func refuses(_ record: LedgerRecord, after records: LedgerRecord...) throws {
        var state = try sample.state()
        for record in records { try state.apply(record) }
        #expect(throws: MalformedInput.self) { try state.apply(record) }
    }

    @Test("a stake leaves the balance of the worker")
    func stake() throws {
        let state = try state(try sample.join(worker, stake: 400))
        #expect(state.balance(of: .key(worker.publicKey)) == 600)
        #expect(state.stake(of: worker.publicKey) == 400)
    }

    @Test("nobody stakes more than it has, joins twice, or joins a settled round")
    func refusedJoins() throws {
        try refuses(try sample.join(worker, stake: 1_001))
        try refuses(
            try sample.join(worker, stake: 2), after: try sample.join(worker, stake: 1))
        let settlement = LedgerRecord(try state().settlementOfNextRound())
        try refuses(try sample.join(worker, round: 1), after: try sample.opening(), settlement)
    }

    @Test("who leaves gets the stake once its rounds are settled, on its payout account")
    func leave() throws {
        let cold = RunSample.key(99).publicKey
        var state = try state(
            try sample.join(worker, stake: 400, payout: cold), try sample.leave(worker, round: 3))
        for round in 1...2 {
            try state.apply(try sample.opening(UInt32(round)))
            #expect(state.stake(of: worker.publicKey) == 400)
            try state.apply(LedgerRecord(state.settlementOfNextRound()))
        }
        #expect(state.members[worker.publicKey] == nil)
        #expect(state.balance(of: .key(cold)) == 400)
    }

    @Test("who leaves before working gets the stake at once")
    func leaveAtOnce() throws {
        let state = try state(
            try sample.join(worker, stake: 400), try sample.leave(worker, round: 1))
        #expect(state.balance(of: .key(worker.publicKey)) == 1_000)
    }

    @Test("nobody leaves a round it has worked in, or works in a round it has left")
    func leaveAndWork() throws {
        let (join, open) = (try sample.join(worker, round: 1), try sample.opening())
        try refuses(try sample.leave(worker, round: 1), after: join, open)
        let leave = try sample.leave(worker, round: 2)
        let settled = LedgerRecord(try state(join, open, leave).settlementOfNextRound())
        try refuses(
            try sample.contribution(worker, round: 2), after: join, open, leave, settled,
            try sample.opening(2))
    }

    @Test("money moves by order of its owner only, and never more than there is")
    func transfers() throws {
        let (mine, other) = (
            Account.key(worker.publicKey), Account.key(RunSample.key(50).publicKey)
        )
        let moved = try state(try sample.transfer(worker, from: mine, to: other, 300))
        #expect(moved.balance(of: mine) == 700)
        #expect(moved.balance(of: other) == 300)
        try refuses(try sample.transfer(worker, from: mine, to: other, 1_001))
        try refuses(try sample.transfer(worker, from: mine, to: other, 0))
        try refuses(try sample.transfer(worker, from: mine, to: mine, 1))
        try refuses(try sample.transfer(sample.keeper, from: mine, to: other, 1))
        try refuses(try sample.transfer(worker, from: .treasury, to: mine, 1))
        let paid = try state(try sample.transfer(sample.keeper, from: .treasury, to: other, 5))
        #expect(paid.treasury == 100_000 - 6_000 - 5)
    }

    @Test("the same record twice is refused, however it is signed")
    func twice() throws {
        let join = try sample.join(worker, stake: 1)
        try refuses(join, after: join)
        let verdict = try sample.verdict(
            .cannotVerify, of: try sample.sealed(worker), by: sample.verifiers[0])
        try refuses(verdict, after: verdict)
    }

    @Test("one contribution a worker and round, signed by a worker that takes part")
    func contributions() throws {
        try refuses(try sample.contribution(worker))
        let join = try sample.join(worker, round: 2)
        try refuses(try sample.contribution(worker), after: join, try sample.opening())
        let first = try sample.join(worker)
        try refuses(try sample.contribution(worker), after: first)
        try refuses(try sample.contribution(worker, round: 2), after: first, try sample.opening())
        try refuses(
            try sample.contribution(worker, tokens: 11), after: first, try sample.opening(),
            try sample.contribution(worker, tokens: 10))
        #expect(throws: MalformedInput.self) {
            try sample.contribution(worker, signer: sample.workers[1])
        }
    }

    @Test("verdicts come from verifiers, about sealed work, once each, in its own words")
    func verdicts() throws {
        let (join, sealed) = (try sample.join(worker), try sample.sealed(worker))
        let (open, work) = (try sample.opening(), LedgerRecord(sealed))
        let first = sample.verifiers[0]
        let accepted = try sample.verdict(.accepted, of: sealed, by: first)
        try refuses(accepted, after: join, open)
        try refuses(try sample.verdict(.accepted, of: sealed, by: worker), after: join, open, work)
        try refuses(
            try sample.verdict(.accepted, of: sealed, by: first, tokens: 99), after: join, open,
            work)
        try refuses(
            try sample.verdict(.notReproduced, of: sealed, by: first), after: join, open, work,
            accepted)
        let abstained = try sample.verdict(.cannotVerify, of: sealed, by: first)
        _ = try state(join, open, work, abstained, accepted)
    }

    @Test("a verdict 'wrong-run' counts whether it comes before the work or after it")
    func early() throws {
        let (join, open) = (try sample.join(worker), try sample.opening())
        let sealed = try sample.sealed(worker)
        let verdicts = try sample.verifiers.prefix(2).map {
            try sample.verdict(.wrongRun, of: sealed, by: $0)
        }
        var (before, after) = (try state(join, open), try state(join, open, LedgerRecord(sealed)))
        for verdict in verdicts { try before.apply(verdict) }
        try before.apply(LedgerRecord(sealed))
        for verdict in verdicts { try after.apply(verdict) }
        #expect(before.settlementOfNextRound() == after.settlementOfNextRound())
        #expect(before.settlementOfNextRound().outcome.rejected == [worker.publicKey])
    }

    @Test("verdicts about files that are no contribution are kept and move nothing")
    func unreadable() throws {
        let verdict = Verdict(
            contribution: RunSample.base, claims: nil, outcome: .malformed, reason: "truncated")
        let record = try LedgerRecord(
            verdict.signed(with: sample.verifiers[0]), by: sample.keeper.publicKey)
        let state = try state(record)
        #expect(state.entry(of: record) == 1)
        #expect(state.settlementOfNextRound().outcome.rejected.isEmpty)
    }

    @Test("a verdict about a damaged copy does nothing to sealed work", arguments: [true, false])
    func damagedCopy(isReadable: Bool) throws {
        let (sealed, verifier) = (try sample.sealed(worker), sample.verifiers[0])
        let malformed = Verdict(
            contribution: sealed.digest, claims: nil, outcome: .malformed, reason: "")
        let verdict =
            isReadable
            ? try sample.verdict(.badSignature, of: sealed, by: verifier)
            : try LedgerRecord(
                malformed.signed(with: verifier), by: sample.keeper.publicKey)
        let records = [try sample.join(worker), try sample.opening(), LedgerRecord(sealed)]
        try refuses(verdict, after: records[0], records[1], records[2])
        let state = try state(verdict, records[0], records[1], records[2])
        #expect(state.settlementOfNextRound().outcome.undecided == [worker.publicKey])
    }

    @Test("work for another run is refused")
    func otherRun() throws {
        let claim: JSON = [
            "type": "contribution", "run": RunSample.base.json, "round": 1,
            "base": RunSample.base.json, "worker": worker.publicKey.json, "tokens": 1,
        ]
        var artifact = Artifact(
            kind: .contribution, members: [("contribution.json", claim.prettyBytes())])
        artifact.sign(with: worker)
        let work = LedgerRecord(
            try SealedContribution(
                manifest: artifact.manifest.bytes, claim: claim.prettyBytes()))
        try refuses(work, after: try sample.join(worker), try sample.opening())
    }

    @Test("only the operator settles a round")
    func otherSettler() throws {
        var state = try state(try sample.opening())
        let body = state.settlementOfNextRound().entryBody
        let record = try LedgerRecord(body, by: worker.publicKey)
        #expect(throws: MalformedInput.self) { try state.apply(record) }
    }
}
