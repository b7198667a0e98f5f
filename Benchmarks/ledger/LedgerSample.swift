import Artifacts
import Dispatch
import Encodings
import Identity
import Settlement
import Storage
import TransparencyLog

/// A run with an operator, a verifier and 16 members that send each other money.
struct LedgerSample {
    let keeper = key(0)
    let verifier = key(1)
    let members = (2..<18).map { key($0) }
    private static let run = Digest(hashing: Array("run".utf8))

    private static func key(_ number: Int) -> SigningKey {
        SigningKey(seed: Digest(hashing: Array("bench \(number)".utf8)).bytes)
    }

    var genesis: Genesis {
        guard let half = PartsPerMillion(500_000),
            let unit = TokenUnit(symbol: "NOUS", decimals: 9)
        else { preconditionFailure("valid terms") }
        return Genesis(
            name: "bench", run: Self.run, keeper: keeper.publicKey,
            verifiers: [verifier.publicKey], quorum: 1, rewardRule: .proRataVerifiedTokens,
            rewardPerRound: 1_000_000, slash: half, minimumStake: 0, supply: .max,
            grants: members.map(\.publicKey).sorted().map {
                Genesis.Grant(account: $0, amount: .max / 32)
            }, unit: unit)
    }

    /// A transfer of one unit, a different one for every number.
    func entry(_ number: Int, in places: AuthorPlaces) throws -> LogEntry {
        let (from, to) = (members[number % 16], members[(number / 16 + number + 1) % 16])
        let transfer = Transfer(
            from: .key(from.publicKey),
            to: from.publicKey == to.publicKey ? .treasury : .key(to.publicKey), amount: 1,
            number: UInt64(number), memo: "bench")
        return try LogEntry(
            body: transfer.json, in: places.next(of: from.publicKey), of: places.log,
            signedWith: from)
    }

    /// Signatures of 300 bytes that the library verifies in a second on so many threads.
    func verificationRate(threads: Int) -> Double {
        let message = [UInt8](repeating: 0x61, count: 300)
        let signature = keeper.sign(message)
        let start = ContinuousClock.now
        let count = 20_000
        DispatchQueue.concurrentPerform(iterations: threads) { _ in
            for _ in 0..<count {
                precondition(keeper.publicKey.isValid(signature: signature, for: message))
            }
        }
        return Double(count * threads) / ((ContinuousClock.now - start) / .seconds(1))
    }

    /// Seconds to derive and apply the settlement of a round of so many workers.
    func settling(workers count: Int) throws -> Double {
        var state = try LedgerState(genesis)
        let workers = (0..<count).map { Self.key(1_000 + $0) }
        for worker in workers {
            let join = Join(payout: worker.publicKey, stake: 0, throughput: 1, round: 1)
            try state.apply(LedgerRecord(join.json, by: worker.publicKey))
        }
        try state.apply(LedgerRecord(RoundNotice(.opening, round: 1).json, by: keeper.publicKey))
        for (number, worker) in workers.enumerated() {
            let sealed = try sealed(worker, tokens: 1_000 + number)
            try state.apply(LedgerRecord(sealed.json, by: keeper.publicKey))
            let claims = Verdict.Claims(
                run: Self.run, round: 1, base: Self.run, worker: worker.publicKey,
                tokens: UInt64(1_000 + number), stateBefore: nil, stateAfter: Self.run)
            let verdict = Verdict(
                contribution: sealed.digest, claims: claims, outcome: .accepted, reason: "")
            try state.apply(
                LedgerRecord(verdict.signed(with: verifier), by: keeper.publicKey))
        }
        let start = ContinuousClock.now
        let settlement = state.settlementOfNextRound()
        try state.apply(LedgerRecord(settlement.entryBody, by: keeper.publicKey))
        return (ContinuousClock.now - start) / .seconds(1)
    }

    private func sealed(_ worker: SigningKey, tokens: Int) throws -> SealedContribution {
        let claim: JSON = [
            "type": "contribution", "run": Self.run.json, "round": 1, "base": Self.run.json,
            "worker": worker.publicKey.json, "tokens": .integer(Int64(tokens)),
        ]
        var artifact = Artifact(
            kind: .contribution, members: [("contribution.json", claim.prettyBytes())])
        artifact.sign(with: worker)
        return try SealedContribution(
            manifest: artifact.manifest.bytes, claim: claim.prettyBytes())
    }
}
