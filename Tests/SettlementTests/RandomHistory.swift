import Artifacts
import Encodings
import Identity
import Settlement
import Storage
import TestFiles
import Testing

/// A random sequence of records that the rules allow, found by trying.
struct RandomHistory {
    let sample = RunSample()
    private var random: RandomSource
    private var sealed: [SealedContribution] = []
    private var verdicts: [(SealedContribution, LedgerRecord, SigningKey)] = []
    private(set) var state: LedgerState
    private(set) var records: [LedgerRecord] = []

    init(seed: Int) throws {
        random = RandomSource(seed: seed)
        let dispute = seed.isMultiple(of: 2) ? 0 : UInt32.random(in: 1...2, using: &random)
        let vesting = UInt32.random(in: 0...3, using: &random)
        state = try sample.state(
            try sample.genesis(
                supply: .random(in: 6_000...20_000, using: &random),
                reward: .random(in: 0...3_000, using: &random),
                slash: .random(in: 0...1_000_000, using: &random),
                minimumStake: .random(in: 0...100, using: &random),
                delays: RoundDelays(
                    dispute: dispute, unbonding: dispute + .random(in: 0...2, using: &random),
                    vesting: vesting, cliff: .random(in: 0...vesting, using: &random)),
                minimumPayout: .random(in: 0...100, using: &random),
                stakePerThroughput: .random(in: 0...50, using: &random)))
    }

    /// Tries one more record; one that a rule forbids leaves everything as it was.
    mutating func step() throws {
        let (record, before) = (try proposal(), state)
        do throws(MalformedInput) {
            try state.apply(record)
            records.append(record)
        } catch {
            #expect(state.money == before.money)
            #expect(state.members == before.members && state.entryCount == before.entryCount)
            #expect(state.settlementOfNextRound() == before.settlementOfNextRound())
        }
    }

    private mutating func proposal() throws -> LedgerRecord {
        let worker = sample.workers[Int.random(in: 0..<6, using: &random)]
        let round = state.nextRound + UInt32.random(in: 0...2, using: &random)
        switch Int.random(in: 0..<20, using: &random) {
        case 0...1:
            return try sample.join(
                worker, stake: .random(in: 0...500, using: &random),
                payout: RunSample.key(.random(in: 10...20, using: &random)).publicKey,
                round: round)
        case 2: return try sample.leave(worker, round: round)
        case 3:
            return try sample.transfer(
                worker, from: .key(worker.publicKey), to: .treasury,
                .random(in: 0...300, using: &random), number: .random(in: 0...9, using: &random))
        case 4...6:
            let work = try sample.sealed(
                worker, round: round, tokens: .random(in: 0...50, using: &random))
            sealed.append(work)
            return LedgerRecord(work)
        case 7...8: return try sample.opening(round)
        case 9: return LedgerRecord(state.settlementOfNextRound())
        case 10: return try sample.export(state)
        case 11:
            let number = UInt32.random(in: 1...3, using: &random)
            let total = (try? state.export(number).total) ?? 0
            return try LedgerRecord(
                ExportPayment(
                    of: number, by: .transactions, digest: RunSample.base, total: total
                ).json, by: sample.keeper.publicKey)
        case 12:
            let failed = (0..<UInt32(3)).filter { _ in Bool.random(using: &random) }
            return try LedgerRecord(
                ExportReconciliation(
                    of: .random(in: 1...3, using: &random), failedAt: failed
                ).json, by: sample.keeper.publicKey)
        case 14: return try sample.closing(round)
        case 15: return try rotation()
        case 16 where !sealed.isEmpty:
            return try sample.score(
                of: sealed[Int.random(in: 0..<sealed.count, using: &random)],
                leaveOneOut: .random(in: -9...99, using: &random), rating: 5_000,
                by: sample.verifiers[Int.random(in: 0..<3, using: &random)])
        case 13 where !verdicts.isEmpty:
            let (work, first, verifier) = verdicts[
                Int.random(in: 0..<verdicts.count, using: &random)]
            return try sample.revision(
                of: first, to: Bool.random(using: &random) ? .accepted : .notReproduced,
                of: work, by: verifier)
        default:
            guard let work = sealed.randomElement(using: &random) else {
                return try sample.join(worker)
            }
            let outcomes: [Verdict.Outcome] = [
                .accepted, .accepted, .notReproduced, .wrongData, .wrongBase, .cannotVerify,
            ]
            let verifier = sample.verifiers[Int.random(in: 0..<3, using: &random)]
            let verdict = try sample.verdict(
                outcomes.randomElement(using: &random) ?? .accepted, of: work, by: verifier)
            verdicts.append((work, verdict, verifier))
            return verdict
        }
    }

    /// A key that has a place, or had one, names another for recovery or is replaced by it.
    private mutating func rotation() throws -> LedgerRecord {
        func key() -> SigningKey { RunSample.key(.random(in: 0...30, using: &random)) }
        let (old, new, author) = (key(), key(), key())
        if Bool.random(using: &random) {
            let recovery = Recovery(of: old.publicKey, by: new.publicKey)
            return try LedgerRecord(recovery.json, by: old.publicKey)
        }
        let by = Bool.random(using: &random) ? old : author
        return try LedgerRecord(
            Rotation(from: old.publicKey, to: new, run: RunSample.run).json, by: by.publicKey)
    }
}
