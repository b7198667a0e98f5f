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

    private static let author = SampleRound.keys[0].publicKey

    /// Records: what ledgers, verifiers and workers say, one a line.
    static let record = FuzzedParser(
        "record", seeds: { recordSeeds.map { $0.orderedBytes() } },
        { bytes in
            try offer(
                JSON(parsing: bytes, limits: .record),
                to: [
                    { _ = try LedgerRecord($0, by: author, checking: .none) },
                    { _ = try LedgerRecord($0, by: author) },
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

    /// What a log is made of: entries, bundles of them, checkpoints, proofs, requests and policies.
    static let log = FuzzedParser(
        "log",
        seeds: {
            var tree = TreeTiles()
            for entry in logEntries { tree.append(entry.leafHash) }
            let origin = LogCheckpoint.origin(ofGenesis: logEntries[0].line)
            let note = try? LogCheckpoint(origin: origin, tree: tree)
                .note(signedWith: SampleRound.keys[0])
            let checkpoint = note?.bytes ?? []
            let hash = Array("\(Base64.encode(tree.root.bytes))\n\n".utf8) + checkpoint
            let key = VerifierKey(ofLogBeginningWith: logEntries[0])
            let policy = "log \(key)\ngroup G any W\nquorum none\n"
            return [
                logEntries[0].line, EntryBundle.encode(logEntries.map(\.line)), checkpoint,
                Array("\(LogProof.format)\nindex 1\n".utf8) + hash, Array("old 1\n".utf8) + hash,
                Array(policy.utf8), Array("tile/0/x001/234.p/17".utf8),
            ]
        },
        { bytes in
            try offer(
                bytes,
                to: [
                    { line in
                        let entry = try LogEntry(parsing: line)
                        expect(entry.line == line, "one spelling of an entry")
                        try entry.verifySignature()
                    },
                    { bytes in
                        let lines = try EntryBundle.decode(bytes, count: 3, first: 0)
                        expect(EntryBundle.encode(lines) == bytes, "one bundle")
                    },
                    { _ = try LogCheckpoint(parsing: SignedNote(parsing: $0)) },
                    { try LogProof(parsing: $0).check(logEntries[1].line) },
                    { bytes in
                        let request = try WitnessRequest(parsing: bytes)
                        var state = WitnessState()
                        try state.accept(
                            request, of: VerifierKey(ofLogBeginningWith: logEntries[0]))
                    },
                    { _ = try LogPolicy(parsing: $0) },
                    { _ = try VerifierKey(parsing: String(decoding: $0, as: UTF8.self)) },
                    { _ = try WitnessState(parsing: $0) },
                    { bytes in
                        let path = String(decoding: bytes, as: UTF8.self)
                        if let tile = LogTile(path: path) {
                            expect(tile.path.hasSameBytes(as: path), "one path of a tile")
                        }
                    },
                    { _ = try Submission(parsing: $0) },
                ])
        })

    private static let logEntries: [LogEntry] = {
        var (places, entries) = (AuthorPlaces(), [LogEntry]())
        let key = SampleRound.keys[0]
        for number in Int64(0)..<3 {
            do {
                let entry = try LogEntry(
                    body: ["number": .integer(number)], in: places.next(of: key.publicKey),
                    of: places.log, signedWith: key)
                try places.append(entry)
                entries.append(entry)
            } catch {
                preconditionFailure("an entry of the log: \(error)")
            }
        }
        return entries
    }()

    private static let recordSeeds: [JSON] = {
        let round = SampleRound.first
        let key = SampleRound.keys[0]
        let digest = round.run.digest
        let records: [JSON] = [
            RoundNotice(.opening, round: 1).json,
            Join(payout: key.publicKey, stake: 1, throughput: 1, round: 1).json,
            RoundNotice(.leave, round: 1).json, RoundNotice(.closing, round: 1).json,
            Recovery(of: key.publicKey, by: SampleRound.keys[1].publicKey).json,
            Rotation(from: key.publicKey, to: SampleRound.keys[1], run: digest).json,
            ExportPayment(of: 1, by: .list, digest: digest, total: 1).json,
            ExportReconciliation(of: 1, failedAt: [0, 1, 3]).json,
            ["type": "export", "number": 1],
            Transfer(
                from: .treasury, to: .key(key.publicKey), amount: 1, number: 0, memo: "m"
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
        return records + [
            verdict.signed(with: key), score.signed(with: key), roster.json,
            ["type": "revision", "revises": digest.json, "verdict": verdict.signed(with: key)],
            round.assignments[2].json, proof,
            round.corpus.summary.json,
        ]
    }()
}
