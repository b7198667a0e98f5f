import Artifacts
import Encodings
import Identity
import Settlement
import Storage
import TestFiles
import Testing
import TransparencyLog

@Suite("Settling a round")
struct SettlingTests {
    let sample = RunSample()

    /// What verifiers may say of sealed work of class exact.
    static let ofExactWork = Verdict.Outcome.allCases.filter {
        !$0.isAboutAnotherFile && $0 != .plausible
    }

    /// A round in which worker i did `tokens[i]` and got these verdicts from the three verifiers.
    func round(
        _ works: [(tokens: UInt64, verdicts: [Verdict.Outcome])], genesis: Genesis? = nil
    ) throws -> LedgerState {
        var state = try sample.state(genesis)
        for (worker, _) in zip(sample.workers, works) { try state.apply(try sample.join(worker)) }
        try state.apply(try sample.opening())
        for (worker, work) in zip(sample.workers, works) {
            let sealed = try sample.sealed(worker, tokens: work.tokens)
            try state.apply(LedgerRecord(sealed))
            for (verifier, outcome) in zip(sample.verifiers, work.verdicts) {
                try state.apply(try sample.verdict(outcome, of: sealed, by: verifier))
            }
        }
        return state
    }

    func amounts(_ settlement: RoundSettlement) -> [UInt64] {
        sample.workers.compactMap { worker in
            settlement.outcome.credits.first { $0.worker == worker.publicKey }?.amount
        }
    }

    @Test("shares the pool out in proportion to verified tokens, all of it")
    func proRata() throws {
        var state = try round([
            (1, [.accepted, .accepted]), (2, [.accepted, .accepted]), (4, [.accepted, .accepted]),
        ])
        let settlement = state.settlementOfNextRound()
        #expect(amounts(settlement) == [143, 286, 571])
        #expect(settlement.outcome.unpaid == 0)
        try state.apply(LedgerRecord(settlement))
        #expect(state.treasury == 100_000 - 6_000 - 1_000)
        #expect(state.balance(of: .key(sample.workers[2].publicKey)) == 900 + 571)
    }

    @Test("pays nothing for what was rejected, and slashes only proven lies")
    func slashing() throws {
        for outcome in Self.ofExactWork {
            let state = try round([(5, [outcome, outcome]), (5, [.accepted, .accepted])])
            let settlement = state.settlementOfNextRound()
            let worker = sample.workers[0].publicKey
            switch outcome {
            case .accepted: #expect(settlement.outcome.credits.count == 2)
            case .cannotVerify: #expect(settlement.outcome.undecided == [worker])
            case .notReproduced:
                #expect(
                    settlement.outcome.slashes
                        == [RoundOutcome.Slash(worker: worker, stake: 100, amount: 50)])
            default: #expect(settlement.outcome.rejected == [worker])
            }
            if outcome != .accepted { #expect(amounts(settlement) == [1_000]) }
        }
    }

    @Test("goes by the majority of the verifiers")
    func quorum() throws {
        let state = try round([
            (1, [.accepted]), (1, [.accepted, .notReproduced]),
            (1, [.accepted, .notReproduced, .accepted]),
            (1, [.notReproduced, .notReproduced, .accepted]),
            (1, [.notReproduced, .wrongData, .accepted]),
        ])
        let settlement = state.settlementOfNextRound()
        let keys = sample.workers.map(\.publicKey)
        #expect(settlement.outcome.undecided == [keys[0], keys[1]].sorted())
        #expect(settlement.outcome.credits.map(\.worker) == [keys[2]])
        #expect(settlement.outcome.slashes.map(\.worker) == [keys[3]])
        #expect(settlement.outcome.rejected == [keys[4]])
    }

    @Test("keeps the pool in the treasury when nobody is paid")
    func nobody() throws {
        var state = try round([(0, [.accepted, .accepted]), (5, [.wrongBase, .wrongBase])])
        let before = state.treasury
        let settlement = state.settlementOfNextRound()
        #expect(settlement.outcome.credits.isEmpty)
        #expect(settlement.outcome.unpaid == 1_000)
        try state.apply(LedgerRecord(settlement))
        #expect(state.treasury == before)
    }

    @Test("pays what is left when the treasury runs dry")
    func dry() throws {
        let poor = try sample.genesis(supply: 6_300)
        var state = try round([(1, [.accepted, .accepted])], genesis: poor)
        let settlement = state.settlementOfNextRound()
        #expect(settlement.outcome.pool == 300)
        try state.apply(LedgerRecord(settlement))
        #expect(state.treasury == 0)
    }

    @Test("takes the slashed part from a stake that is then released")
    func slashedAndReleased() throws {
        var state = try round([(1, [.notReproduced, .notReproduced])])
        let worker = sample.workers[0]
        try state.apply(try sample.leave(worker, round: 2))
        try state.apply(LedgerRecord(state.settlementOfNextRound()))
        #expect(state.members.isEmpty)
        #expect(state.balance(of: .key(worker.publicKey)) == 950)
    }

    @Test("does not depend on the order of the verdicts", arguments: 0..<5)
    func order(seed: Int) throws {
        var random = RandomSource(seed: seed)
        var state = try sample.state()
        var verdicts: [LedgerRecord] = []
        for worker in sample.workers { try state.apply(try sample.join(worker)) }
        try state.apply(try sample.opening())
        for worker in sample.workers {
            let sealed = try sample.sealed(worker, tokens: .random(in: 0...9, using: &random))
            try state.apply(LedgerRecord(sealed))
            for verifier in sample.verifiers {
                let outcome =
                    Self.ofExactWork.randomElement(using: &random) ?? .accepted
                verdicts.append(try sample.verdict(outcome, of: sealed, by: verifier))
            }
        }
        var (first, second) = (state, state)
        for verdict in verdicts { try first.apply(verdict) }
        for verdict in verdicts.shuffled(using: &random) { try second.apply(verdict) }
        #expect(first.settlementOfNextRound() == second.settlementOfNextRound())
    }

    @Test("is refused when the entry says anything else than what follows from the others")
    func forged() throws {
        var state = try round([(1, [.accepted, .accepted])])
        var json = state.settlementOfNextRound().entryBody
        guard case .object(var members) = json else { return }
        for (index, member) in members.enumerated() where member.key == "pool" {
            members[index].value = "999"
        }
        json = .object(members)
        let record = try LedgerRecord(json, by: sample.keeper.publicKey)
        #expect(throws: MalformedInput.self) { try state.apply(record) }
    }

    @Test("comes in order, once")
    func once() throws {
        var state = try round([(1, [.accepted, .accepted])])
        let settlement = LedgerRecord(state.settlementOfNextRound())
        try state.apply(settlement)
        #expect(state.lastSettlement?.entryBody == settlement.body)
        #expect(throws: MalformedInput.self) { try state.apply(settlement) }
    }

    @Test("closes the round for verdicts and contributions")
    func closed() throws {
        let (worker, verifier) = (sample.workers[0], sample.verifiers[2])
        let sealed = try sample.sealed(worker, tokens: 1)
        var state = try round([(1, [.accepted, .accepted])])
        try state.apply(LedgerRecord(state.settlementOfNextRound()))
        let late = try sample.verdict(.notReproduced, of: sealed, by: verifier)
        #expect(throws: MalformedInput.self) { try state.apply(late) }
    }

    @Test("fits into one entry, however many work, lie and leave")
    func largest() throws {
        let workers = (0..<256).map { number in
            SigningKey(seed: Array(repeating: 7, count: 31) + [UInt8(number)])
        }
        var genesis = try sample.genesis(supply: .max)
        (genesis.verifiers, genesis.quorum) = ([sample.verifiers[0].publicKey], 1)
        genesis.grants = workers.map(\.publicKey).sorted().map {
            Genesis.Grant(account: $0, amount: .max / 256)
        }
        var state = try sample.state(genesis)
        for worker in workers {
            try state.apply(try sample.join(worker, stake: .max / 256))
        }
        try state.apply(try sample.opening())
        for worker in workers {
            let sealed = try sample.sealed(worker, tokens: 1 << 53 - 1)
            try state.apply(LedgerRecord(sealed))
            try state.apply(
                try sample.verdict(.notReproduced, of: sealed, by: sample.verifiers[0]))
            try state.apply(try sample.leave(worker, round: 2))
        }
        let settlement = state.settlementOfNextRound()
        #expect(settlement.outcome.slashes.count == 256)
        #expect(settlement.released.count == 256)
        _ = try LogEntry(
            body: settlement.entryBody,
            in: AuthorPlace(sequence: 1 << 40, previous: RunSample.base),
            of: RunSample.base, signedWith: sample.keeper)
        try state.apply(LedgerRecord(settlement))
        #expect(state.members.isEmpty)
    }
}
