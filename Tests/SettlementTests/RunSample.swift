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
    /// What the records of members name: the ledger of the default terms.
    static let ledger = LedgerReference(run: run, origin: origin)
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
        minimumStake: UInt64 = 0, tolerantPay: UInt64? = nil
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
            tolerantPay: tolerantPay.flatMap(PartsPerMillion.init))
    }

    private static let origin: Digest = {
        let sample = RunSample()
        guard let genesis = try? sample.genesis(),
            let entry = try? LogEntry(body: genesis.json, following: nil, signedWith: sample.keeper)
        else { preconditionFailure("the sample has valid terms") }
        return entry.digest
    }()

    /// The state of a ledger with these terms before anything else is recorded.
    func state(_ genesis: Genesis? = nil) throws -> LedgerState {
        try LedgerState(try genesis ?? self.genesis(), origin: Self.ledger.origin)
    }

    func opening(_ round: UInt32 = 1, by signer: SigningKey? = nil) throws -> LedgerRecord {
        let opening = Opening(Self.ledger, round: round)
        return try LedgerRecord(SignedRecord.sign(opening.json, with: signer ?? keeper))
    }

    func join(
        _ worker: SigningKey, stake: UInt64 = 100, payout: PublicKey? = nil, round: UInt32 = 1
    ) throws -> LedgerRecord {
        let join = Join(
            Self.ledger, worker: worker.publicKey, payout: payout ?? worker.publicKey,
            stake: stake, throughput: 1, round: round)
        return try LedgerRecord(SignedRecord.sign(join.json, with: worker))
    }

    func leave(_ worker: SigningKey, round: UInt32) throws -> LedgerRecord {
        let leave = Leave(Self.ledger, worker: worker.publicKey, round: round)
        return try LedgerRecord(SignedRecord.sign(leave.json, with: worker))
    }

    func transfer(
        _ signer: SigningKey, from: Account, to: Account, _ amount: UInt64, number: UInt64 = 0
    ) throws -> LedgerRecord {
        let transfer = Transfer(
            Self.ledger, from: from, to: to, amount: amount, number: number, memo: "")
        return try LedgerRecord(SignedRecord.sign(transfer.json, with: signer))
    }

    func contribution(
        _ worker: SigningKey, round: UInt32 = 1, tokens: UInt64 = 10, signer: SigningKey? = nil
    ) throws -> LedgerRecord {
        LedgerRecord(
            try sealed(worker, round: round, tokens: tokens, signer: signer))
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
        return try LedgerRecord(verdict.signed(with: verifier))
    }
}
