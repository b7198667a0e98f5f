import Artifacts
import Encodings
import Identity
import Settlement
import TestFiles
import Testing

@Suite("The largest-remainder method")
struct LargestRemainderTests {
    @Test(
        "gives the units left over to the largest remainders, then to the first",
        arguments: [
            (100, [1, 1, 1], [34, 33, 33]),
            (10, [1, 2, 3, 4], [1, 2, 3, 4]),
            (7, [3, 3, 1], [3, 3, 1]),
            (1, [5, 5, 5], [1, 0, 0]),
            (0, [1, 2], [0, 0]),
            (10, [0, 7, 0], [0, 10, 0]),
            (3, [1, 2, 2], [1, 1, 1]),
        ] as [(UInt64, [UInt64], [UInt64])])
    func examples(pool: UInt64, weights: [UInt64], shares: [UInt64]) {
        #expect(LargestRemainder.divide(pool, by: weights) == shares)
    }

    @Test("divides among nobody not at all", arguments: [[], [0], [0, 0]] as [[UInt64]])
    func nobody(weights: [UInt64]) {
        #expect(LargestRemainder.divide(10, by: weights) == nil)
    }

    @Test("conserves the pool, and is within one unit of the exact share", arguments: 0..<200)
    func conservation(seed: Int) throws {
        var random = RandomSource(seed: seed)
        let limit = UInt64.max >> UInt64.random(in: 0..<64, using: &random)
        let pool = UInt64.random(in: 0...limit, using: &random)
        let weights = (0..<Int.random(in: 1...40, using: &random)).map { _ in
            UInt64.random(
                in: 0...(UInt64.max >> UInt64.random(in: 0..<64, using: &random)), using: &random)
        }
        guard let shares = LargestRemainder.divide(pool, by: weights) else {
            #expect(weights.allSatisfy { $0 == 0 })
            return
        }
        #expect(shares.reduce(UInt128(0)) { $0 + UInt128($1) } == UInt128(pool))
        let total = weights.reduce(UInt128(0)) { $0 + UInt128($1) }
        for (share, weight) in zip(shares, weights) {
            let floor = UInt128(pool) * UInt128(weight) / total
            #expect(UInt128(share) == floor || UInt128(share) == floor + 1)
        }
    }
}

@Suite("Reward rules")
struct RewardRuleTests {
    @Test(
        "share by tokens, by heads, or by tokens up to a cap",
        arguments: [
            (RewardRule.proRataVerifiedTokens, [83, 14, 0, 3]),
            (.equalPerFinisher, [34, 33, 0, 33]), (.cappedTokens(cap: 50), [45, 45, 0, 10]),
        ])
    func shares(rule: RewardRule, expected: [UInt64]) {
        #expect(
            rule.shares(of: 100, by: [300, 50, 0, 11].map { RewardRule.Merits(tokens: $0) })
                == expected)
    }

    @Test("are found by name, and only the capped one has a cap")
    func names() {
        for rule in [
            RewardRule.proRataVerifiedTokens, .equalPerFinisher, .cappedTokens(cap: 7),
            .ratingWeighted, .leaveOneOut,
        ] {
            #expect(RewardRule(named: rule.name, cap: rule.cap) == rule)
        }
        #expect(RewardRule(named: "capped-tokens v1") == nil)
        #expect(RewardRule(named: "capped-tokens v1", cap: 0) == nil)
        #expect(RewardRule(named: "equal-per-finisher v1", cap: 7) == nil)
        #expect(RewardRule(named: "none") == nil)
    }

    @Test("are part of the terms", arguments: [RewardRule.equalPerFinisher, .cappedTokens(cap: 9)])
    func terms(rule: RewardRule) throws {
        var genesis = try RunSample().genesis()
        genesis.rewardRule = rule
        #expect(try Genesis(genesis.json) == genesis)
    }

    /// (c/p − R)/s of docs/settlement.md, and one more.
    @Test("the least stake is the one from which cheating loses")
    func stake() throws {
        let half = try #require(PartsPerMillion(500_000))
        #expect(
            StakeAdvice.leastStake(cost: 400, probability: 100_000, pay: 1_000, slash: half)
                == 6_001)
        #expect(
            StakeAdvice.leastStake(cost: 400, probability: 500_000, pay: 1_000, slash: half) == 0)
        let nothing = try #require(PartsPerMillion(0))
        #expect(
            StakeAdvice.leastStake(cost: 400, probability: 100_000, pay: 0, slash: nothing) == nil)
    }
}

@Suite("Ratios and units")
struct UnitTests {
    @Test("a share in parts per million is rounded down, and the whole is exact")
    func partsPerMillion() throws {
        let third = try #require(PartsPerMillion(333_333))
        #expect(third.share(of: 10) == 3)
        #expect(third.share(of: .max) == 6_148_908_542_321_825_968)
        let whole = try #require(PartsPerMillion(1_000_000))
        #expect(whole.share(of: .max) == .max)
        #expect(PartsPerMillion(1_000_001) == nil)
    }

    @Test(
        "amounts show all decimals and the symbol",
        arguments: [
            (0, 3, "0.000 NOUS"), (1, 3, "0.001 NOUS"), (12_500, 3, "12.500 NOUS"),
            (7, 0, "7 NOUS"), (UInt64.max, 18, "18.446744073709551615 NOUS"),
        ] as [(UInt64, UInt64, String)])
    func describe(amount: UInt64, decimals: UInt64, text: String) throws {
        let unit = try #require(TokenUnit(symbol: "NOUS", decimals: decimals))
        #expect(unit.describe(amount) == text)
    }

    @Test(
        "symbols are short, in capitals and digits",
        arguments: ["", "1X", "nous", "A B", "ABCDEFGHIJKLM"])
    func symbols(symbol: String) {
        #expect(TokenUnit(symbol: symbol, decimals: 0) == nil)
    }
}

@Suite("Pay by scores")
struct ScoreRuleTests {
    let sample = RunSample()

    /// A round of three workers with 10 tokens each, all accepted, of which `scores[i]` verifiers scored
    /// the i-th with these figures.
    func round(
        _ rule: RewardRule, _ scores: [[(leaveOneOut: Int64, rating: Int64)]]
    ) throws -> RoundOutcome {
        var genesis = try sample.genesis()
        genesis.rewardRule = rule
        var state = try sample.state(genesis)
        for worker in sample.workers.prefix(3) { try state.apply(try sample.join(worker)) }
        try state.apply(try sample.opening())
        for (worker, figures) in zip(sample.workers, scores) {
            let sealed = try sample.sealed(worker)
            try state.apply(LedgerRecord(sealed))
            for verifier in sample.verifiers.prefix(2) {
                try state.apply(try sample.verdict(.accepted, of: sealed, by: verifier))
            }
            for (verifier, figure) in zip(sample.verifiers, figures) {
                let score = try sample.score(
                    of: sealed, leaveOneOut: figure.leaveOneOut, rating: figure.rating,
                    by: verifier)
                try state.apply(score)
                #expect(throws: MalformedInput.self) { try state.apply(score) }
            }
        }
        return state.settlementOfNextRound().outcome
    }

    func pay(_ outcome: RoundOutcome) -> [UInt64?] {
        sample.workers.prefix(3).map { worker in
            outcome.credits.first { $0.worker == worker.publicKey }?.amount
        }
    }

    @Test("goes by the lower median of what verifiers say a contribution adds")
    func leaveOneOut() throws {
        let outcome = try round(
            .leaveOneOut,
            [
                [(300, 0), (900, 0)], [(1_000_000, 0), (100, 0), (-5, 0)], [(-7, 0), (-9, 0)],
            ])
        #expect(pay(outcome) == [750, 250, 0])
    }

    @Test("goes by tokens and by how surely a worker is better than nothing")
    func rating() throws {
        let outcome = try round(
            .ratingWeighted,
            [
                [(0, 9_000_000), (0, 9_000_999)], [(0, 3_000_000), (0, 3_000_000)],
                [(0, -1), (0, 5_000_000)],
            ])
        #expect(pay(outcome) == [750, 250, 0])
    }

    @Test("pays nothing for what too few scored, and says so")
    func unscored() throws {
        let outcome = try round(.leaveOneOut, [[(300, 0), (900, 0)], [(500, 0)], []])
        #expect(pay(outcome) == [1_000, nil, nil])
        let left = sample.workers[1...2].map(\.publicKey).sorted()
        #expect(outcome.undecided == left)
    }
}
