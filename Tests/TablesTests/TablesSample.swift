import Encodings
import Foundation
import Identity
import Settlement
import Storage
import Tables
import TestFiles
import TransparencyLog

/// A ledger whose supply is the largest amount there is, and a worker that joined it.
struct TablesSample {
    let directory: TemporaryDirectory
    let keeper = SigningKey(seed: Array(repeating: 0, count: 32))
    let worker = SigningKey(seed: Array(repeating: 1, count: 32))
    var path: String { directory.file("ledger") }

    /// The ledger of one round in `Tests/Vectors`: two workers are paid, one is slashed.
    static let oneRound = URL(filePath: #filePath).deletingLastPathComponent()
        .deletingLastPathComponent().appending(path: "Vectors/ledger/one-round").path

    init() throws {
        directory = try TemporaryDirectory()
        guard let unit = TokenUnit(symbol: "NOUS", decimals: 9), let half = PartsPerMillion(500_000)
        else { preconditionFailure("valid terms") }
        let genesis = Genesis(
            name: "largest", run: Digest(hashing: []), keeper: keeper.publicKey,
            verifiers: [keeper.publicKey], quorum: 1, rewardRule: .proRataVerifiedTokens,
            rewardPerRound: 0, slash: half, minimumStake: 0, supply: .max,
            grants: [Genesis.Grant(account: worker.publicKey, amount: .max - 1)], unit: unit)
        try LogDirectory(path).create(with: genesis.json, signedWith: keeper, timeoutSeconds: 1)
        let join = Join(payout: worker.publicKey, stake: .max - 3, throughput: 7, round: 1)
        try submit([join.json, RoundNotice(.leave, round: 2).json])
    }

    /// Appends entries of the worker.
    func submit(_ bodies: [JSON]) throws {
        var writer = try LedgerWriter(locking: path, operatorKey: keeper, timeoutSeconds: 1)
        for body in bodies { _ = try writer.submit(body, by: worker) }
        try writer.commit()
    }

    /// What the question's answer prints.
    static func ask(_ sql: String, of ledger: String) throws -> [String] {
        var lines: [String] = []
        try LedgerQuery.ask(sql, of: ledger) { lines.append($0.text) }
        return lines
    }

    func ask(_ sql: String) throws -> [String] { try Self.ask(sql, of: path) }
}
