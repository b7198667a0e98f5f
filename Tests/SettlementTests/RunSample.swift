import Testing
import TransparencyLog
import Artifacts
import Encodings
import Identity
import Settlement
import Storage

/// A small run: an operator, three verifiers, some workers, and records they sign.
struct RunSample {
    static let run = Digest(hashing: Array("run".utf8))
    static let base = Digest(hashing: Array("base".utf8))

    let keeper = key(0)
    let verifiers = (1...3).map { key($0) }
    let workers = (10..<16).map { key($0) }

    /// A key told by a small number.
    static func key(_ number: Int) -> SigningKey {
        SigningKey(seed: Array(repeating: UInt8(number), count: 32))
    }

    /// Terms: 1000 units each to the workers, 1000 a round, half the stake for a lie.
    func genesis(
        supply: UInt64 = 100_000, reward: UInt64 = 1_000, slash: UInt64 = 500_000,
        minimumStake: UInt64 = 0, tolerantPay: UInt64? = nil,
        delays: RoundDelays = RoundDelays(), minimumPayout: UInt64 = 0,
        stakePerThroughput: UInt64 = 0
    ) throws -> Genesis {
        let half = try #require(PartsPerMillion(slash))
        let unit = try #require(TokenUnit(symbol: "NOUS", decimals: 3))
        let sorted = verifiers.map(\.publicKey).sorted()
        let grants = workers.map(\.publicKey).sorted().map {
            Genesis.Grant(account: $0, amount: 1_000)
        }
        return Genesis(
            name: "sample", run: Self.run, keeper: keeper.publicKey, verifiers: sorted,
            quorum: 2, rewardRule: .proRataVerifiedTokens, rewardPerRound: reward, slash: half,
            minimumStake: minimumStake, supply: supply, grants: grants, unit: unit,
            tolerantPay: tolerantPay.flatMap(PartsPerMillion.init), delays: delays,
            minimumPayout: minimumPayout, stakePerThroughput: stakePerThroughput)
    }

    /// The state of a ledger with these terms before anything else is recorded.
    func state(_ genesis: Genesis? = nil) throws -> LedgerState {
        try LedgerState(try genesis ?? self.genesis())
    }

    func opening(_ round: UInt32 = 1, by author: SigningKey? = nil) throws -> LedgerRecord {
        try LedgerRecord(RoundNotice(.opening, round: round).json, by: (author ?? keeper).publicKey)
    }

    func join(
        _ worker: SigningKey, stake: UInt64 = 100, throughput: UInt64 = 1,
        payout: PublicKey? = nil, round: UInt32 = 1
    ) throws -> LedgerRecord {
        let join = Join(
            payout: payout ?? worker.publicKey, stake: stake, throughput: throughput, round: round)
        return try LedgerRecord(join.json, by: worker.publicKey)
    }

    func leave(_ worker: SigningKey, round: UInt32) throws -> LedgerRecord {
        try LedgerRecord(RoundNotice(.leave, round: round).json, by: worker.publicKey)
    }

    func transfer(
        _ author: SigningKey, from: Account, to: Account, _ amount: UInt64, number: UInt64 = 0
    ) throws -> LedgerRecord {
        let transfer = Transfer(from: from, to: to, amount: amount, number: number, memo: "")
        return try LedgerRecord(transfer.json, by: author.publicKey)
    }

    func contribution(
        _ worker: SigningKey, round: UInt32 = 1, tokens: UInt64 = 10, signer: SigningKey? = nil
    ) throws -> LedgerRecord {
        LedgerRecord(try sealed(worker, round: round, tokens: tokens, signer: signer))
    }

    func sealed(
        _ worker: SigningKey, round: UInt32 = 1, tokens: UInt64 = 10, signer: SigningKey? = nil,
        arithmetic: String = "exact"
    ) throws -> SealedContribution {
        let claim: JSON = [
            "type": "contribution", "run": Self.run.json, "round": .integer(Int64(round)),
            "base": Self.base.json, "worker": worker.publicKey.json,
            "arithmetic": ["class": .string(arithmetic), "version": 1],
            "tokens": .integer(Int64(tokens)),
        ]
        var artifact = Artifact(
            kind: .contribution, members: [("contribution.json", claim.prettyBytes())])
        artifact.sign(with: signer ?? worker)
        return try SealedContribution(
            manifest: artifact.manifest.bytes, claim: claim.prettyBytes())
    }

    /// The operator's entry that the next accounts are exported.
    func export(_ state: LedgerState) throws -> LedgerRecord {
        try LedgerRecord(state.nextExport().entryBody, by: keeper.publicKey)
    }

    func closing(_ round: UInt32 = 1) throws -> LedgerRecord {
        try LedgerRecord(RoundNotice(.closing, round: round).json, by: keeper.publicKey)
    }

    /// The verifier's second word about sealed work, in the place of the record `first`.
    func revision(
        of first: LedgerRecord, to outcome: Verdict.Outcome, of sealed: SealedContribution,
        by verifier: SigningKey
    ) throws -> LedgerRecord {
        let second = try verdict(outcome, of: sealed, by: verifier)
        return try LedgerRecord(
            Revision(of: first.identity, by: second.body).json, by: verifier.publicKey)
    }

    /// A score of sealed work; the rating, in millionths, is less three deviations of one.
    func score(
        of sealed: SealedContribution, leaveOneOut: Int64, rating: Int64, by verifier: SigningKey
    ) throws -> LedgerRecord {
        let claim = sealed.claim
        let gain = Score.Interval(mean: leaveOneOut, low: leaveOneOut, high: leaveOneOut)
        let score = Score(
            run: claim.run, round: claim.round, base: claim.base, contribution: sealed.digest,
            worker: claim.worker, seed: Self.base, gains: [:],
            leaveOneOut: Score.Gain(sequences: 2, before: 1, gain: gain), dataUse: nil,
            standing: nil, nearest: nil,
            rating: Score.Rating(mean: rating + 3_000_000, deviation: 1_000_000),
            projections: Self.base, objections: [])
        return try LedgerRecord(score.signed(with: verifier), by: keeper.publicKey)
    }

    func verdict(
        _ outcome: Verdict.Outcome, of sealed: SealedContribution, by verifier: SigningKey,
        tokens: UInt64? = nil
    ) throws -> LedgerRecord {
        let claim = sealed.claim
        let verdict = Verdict(
            contribution: sealed.digest,
            claims: Verdict.Claims(
                run: claim.run, round: claim.round, base: claim.base, worker: claim.worker,
                tokens: tokens ?? claim.tokens, stateBefore: nil, stateAfter: Self.base),
            outcome: outcome, reason: "")
        return try LedgerRecord(verdict.signed(with: verifier), by: keeper.publicKey)
    }
}

extension LedgerRecord {
    /// Sealed work in the operator's name.
    init(_ sealed: SealedContribution) {
        self.init(valid: sealed.json)
    }

    /// A settlement by the operator.
    init(_ settlement: RoundSettlement) {
        self.init(valid: settlement.entryBody)
    }

    private init(valid body: JSON) {
        do {
            try self.init(body, by: RunSample.key(0).publicKey)
        } catch {
            preconditionFailure("a body that was made from a record: \(error)")
        }
    }
}
