import Artifacts
import Corpus
import Encodings
import Identity
import Rounds
import SampleRound
import Settlement
import Storage
import TestFiles
import TransparencyLog

extension FuzzedParser {
    /// Key files of `solana-keygen` and OpenSSH, and public keys.
    static let key = FuzzedParser(
        "key",
        seeds: {
            let key = SampleRound.keys[0]
            let seeds = [key.solanaJSON, Array(key.publicKey.base58.utf8)]
            return seeds + ((try? [VectorFile.bytes("identity/openssh-ed25519")]) ?? [])
        },
        { bytes in
            if let key = PublicKey(base58: String(decoding: bytes, as: UTF8.self)) {
                expect(PublicKey(base58: key.base58) == key, "one spelling of a key")
                return
            }
            let key = try SigningKey(parsing: bytes)
            expect(
                key.publicKey.isValid(signature: key.sign([1]), for: [1]), "a key that signs")
        })

    /// Records: what ledgers, verifiers and workers say, one a line.
    static let record = FuzzedParser(
        "record", seeds: { recordSeeds.map { $0.orderedBytes() } },
        { bytes in
            try offer(
                JSON(parsing: bytes, limits: .record),
                to: [
                    { _ = try LedgerRecord($0, checkingSignature: false) },
                    { _ = try LedgerRecord($0) },
                    { _ = try Verdict.verify($0) },
                    { _ = try Score.verify($0) },
                    { try Genesis($0).check() },
                    { roster in
                        let read = try Roster(json: roster)
                        expect(try Roster(json: read.json).json == read.json, "one roster")
                    },
                    { assignment in
                        let read = try Assignment(json: assignment)
                        expect(try Assignment(json: read.json) == read, "one assignment")
                    },
                    { proof in
                        let read = try SequenceProof(json: proof)
                        _ = read.holds(under: read.root)
                    },
                    { _ = try CorpusSummary(json: $0) },
                ])
        })

    /// Lines and checkpoints of a log, and what a crash may leave after its last line.
    static let log = FuzzedParser(
        "log",
        seeds: {
            let last = logEntries[0]
            let note = try? LogCheckpoint(origin: "log", leafHashes: [last.leafHash])
                .note(signedWith: SampleRound.keys[0])
            return [last.line, logEntries.dropFirst().flatMap(\.line)] + (note.map { [$0] } ?? [])
        },
        { bytes in
            try offer(
                bytes,
                to: [
                    { try LogEntry(parsing: $0).verifySignature() },
                    { line in
                        let entry = try LogEntry(parsing: line)
                        expect(entry.line == line, "one spelling of an entry")
                    },
                    { _ = try LogTail($0, following: logEntries[0]) },
                    { _ = try LogCheckpoint.read($0) },
                ])
        })

    private static let logEntries: [LogEntry] = {
        var entries: [LogEntry] = []
        for number in Int64(0)..<3 {
            if let entry = try? LogEntry(
                body: ["number": .integer(number)], following: entries.last,
                signedWith: SampleRound.keys[0])
            {
                entries.append(entry)
            }
        }
        return entries
    }()

    private static let recordSeeds: [JSON] = {
        let round = SampleRound.first
        let key = SampleRound.keys[0]
        let digest = round.run.digest
        let ledger = LedgerReference(run: digest, origin: digest)
        let records: [JSON] = [
            Opening(ledger, round: 1).json,
            Join(
                ledger, worker: key.publicKey, payout: key.publicKey, stake: 1, throughput: 1,
                round: 1
            ).json,
            Leave(ledger, worker: key.publicKey, round: 1).json,
            Transfer(
                ledger, from: .treasury, to: .key(key.publicKey), amount: 1, number: 0, memo: "m"
            ).json,
        ]
        let verdict = Verdict(
            contribution: digest,
            claims: Verdict.Claims(
                run: digest, round: 1, base: digest, worker: key.publicKey, tokens: 1,
                stateBefore: nil, stateAfter: digest),
            outcome: .accepted, reason: "replayed")
        let interval = Score.Interval(mean: 0, low: -1, high: 1)
        let gain = Score.Gain(sequences: 2, before: 1, gain: interval)
        let score = Score(
            run: digest, round: 1, base: digest, contribution: digest, worker: key.publicKey,
            seed: digest, gains: [.assigned: gain, .held: gain], leaveOneOut: gain,
            dataUse: interval, standing: Score.Standing(norm: 1, cosine: 2, direction: -3),
            nearest: Score.Neighbour(contribution: digest, likeness: 4),
            rating: Score.Rating(mean: 5, deviation: 6), projections: digest,
            objections: [.copy, .harm])
        let roster = Roster(
            run: digest, round: 1, seed: digest,
            workers: [RosterWorker(key: key.publicKey, throughput: 1, stake: 1)])
        let proof: JSON = [
            "type": "sequence-proof", "corpus": digest.json, "split": "train", "sequence": 0,
            "sequences": 1, "root": MerkleTree.leafHash([1, 2]).json, "path": [],
            "row": .string(Base64.encode([1, 2])),
        ]
        return records.map { SignedRecord.sign($0, with: key) } + [
            verdict.signed(with: key), score.signed(with: key), roster.json,
            round.assignments[2].json, proof,
            round.corpus.summary.json,
        ]
    }()
}
