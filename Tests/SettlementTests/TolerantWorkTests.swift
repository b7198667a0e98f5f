import Artifacts
import Encodings
import Identity
import Settlement
import Testing

@Suite("Work that is plausible at best")
struct TolerantWorkTests {
    let sample = RunSample()

    /// A round of an exact worker with 30 tokens, and a tolerant one with 10 that got these
    /// verdicts, on terms that pay it `pay`.
    func round(_ verdicts: [Verdict.Outcome], pay: UInt64? = 250_000) throws -> LedgerState {
        var state = try sample.state(sample.genesis(tolerantPay: pay))
        let works: [(arithmetic: String, tokens: UInt64, verdicts: [Verdict.Outcome])] = [
            ("exact", 30, [.accepted, .accepted]), ("tolerant", 10, verdicts),
        ]
        for worker in sample.workers.prefix(2) { try state.apply(try sample.join(worker)) }
        try state.apply(try sample.opening())
        for (worker, work) in zip(sample.workers, works) {
            let sealed = try sample.sealed(
                worker, tokens: work.tokens, arithmetic: work.arithmetic)
            try state.apply(LedgerRecord(sealed))
            for (verifier, outcome) in zip(sample.verifiers, work.verdicts) {
                try state.apply(try sample.verdict(outcome, of: sealed, by: verifier))
            }
        }
        return state
    }

    @Test("is paid its share of the reward of a token, and the rest stays in the treasury")
    func pays() throws {
        var state = try round([.plausible, .plausible])
        let settlement = state.settlementOfNextRound()
        let pay = settlement.outcome.credits.map { [$0.worker: $0.amount] }
        #expect(pay.contains([sample.workers[0].publicKey: 750]))
        #expect(pay.contains([sample.workers[1].publicKey: 62]))
        #expect(settlement.outcome.unpaid == 188)
        try state.apply(LedgerRecord(settlement))
    }

    @Test("is not slashed when it is out of bounds: bounds prove nothing")
    func neverSlashed() throws {
        let settlement = try round([.notReproduced, .notReproduced]).settlementOfNextRound()
        #expect(settlement.outcome.slashes.isEmpty)
        #expect(settlement.outcome.rejected == [sample.workers[1].publicKey])
    }

    @Test("needs a quorum, as other work does") func undecided() throws {
        let settlement = try round([.plausible, .notReproduced]).settlementOfNextRound()
        #expect(settlement.outcome.undecided == [sample.workers[1].publicKey])
    }

    @Test("is never accepted, and nothing else is plausible") func outcomes() throws {
        #expect(throws: MalformedInput.self) { try round([.accepted]) }
        var state = try round([])
        let exact = try sample.sealed(sample.workers[0], tokens: 30)
        let verdict = try sample.verdict(.plausible, of: exact, by: sample.verifiers[2])
        #expect(throws: MalformedInput.self) { try state.apply(verdict) }
    }

    @Test("is not plausible where the terms take none") func notTaken() throws {
        #expect(throws: MalformedInput.self) { try round([.plausible], pay: nil) }
    }

    @Test("is part of the terms only where it is taken") func terms() throws {
        let without = try sample.genesis()
        #expect(without.json["tolerant_pay_ppm"] == nil)
        #expect(try Genesis(without.json) == without)
        let with = try sample.genesis(tolerantPay: 250_000)
        #expect(with.json["tolerant_pay_ppm"] == 250_000)
        #expect(try Genesis(with.json) == with)
    }
}
