package import Encodings
package import Identity
package import Storage

/// What one worker trains on in one round; anybody can derive it from public records.
package struct Assignment: Sendable, Equatable {
    /// The largest number of sequences in one assignment.
    package static let maximumSequences: UInt64 = 1 << 24

    /// The most steps in one assignment, so that a worker's claim, with a loss a step, fits a line
    /// of the ledger.
    package static let maximumSteps: UInt64 = 4_096

    /// The digest of the run file.
    package var run: Digest
    /// The round.
    package var round: UInt64
    /// The key of the worker.
    package var worker: PublicKey
    /// The Merkle root over the training sequences.
    package var dataRoot: Digest
    /// The roster's seed, which ordered the workers.
    package var seed: Digest
    /// The position in the training order where this worker's slice begins.
    package var firstPosition: UInt64
    /// How many batches, and so inner steps, the worker makes.
    package var steps: UInt64
    /// How many sequences a batch has.
    package var batch: UInt64
    /// The sequences in training order, `steps * batch` of them.
    package var sequences: [UInt64]

    /// The sequences of inner step `step`, counted from 0.
    package func sequences(ofStep step: Int) -> ArraySlice<UInt64> {
        sequences[step * Int(batch)..<(step + 1) * Int(batch)]
    }

    /// The SHA-256 of the canonical record.
    package var digest: Digest { Digest(hashing: json.canonicalBytes()) }

    /// The JSON record.
    package var json: JSON {
        [
            "type": "assignment",
            "run": run.json,
            "round": .integer(Int64(round)),
            "worker": worker.json,
            "data": dataRoot.json,
            "seed": seed.json,
            "first": .integer(Int64(firstPosition)),
            "steps": .integer(Int64(steps)),
            "batch": .integer(Int64(batch)),
            "sequences": .array(sequences.map { .integer(Int64($0)) }),
        ]
    }
}

extension Assignment {
    /// Reads the JSON record of an assignment.
    package init(json: JSON) throws(MalformedInput) {
        var fields = try JSONFields(json, of: "assignment")
        try fields.constant("type", "assignment")
        run = try fields.digest("run")
        round = try UInt64(fields.integer("round", in: 1...Int64(UInt32.max)))
        worker = try fields.publicKey("worker")
        dataRoot = try fields.digest("data")
        seed = try fields.digest("seed")
        let most = Int64(Self.maximumSequences)
        firstPosition = try UInt64(fields.integer("first", in: 0...Int64.max - most))
        steps = try UInt64(fields.integer("steps", in: 1...most))
        batch = try UInt64(fields.integer("batch", in: 1...most))
        let count = steps * batch
        let entries = try fields.array("sequences", limit: Int(most))
        try fields.finish()
        guard UInt64(entries.count) == count else {
            throw MalformedInput(
                "field 'sequences': expected \(count) sequences, found \(entries.count)",
                in: "assignment")
        }
        sequences = []
        sequences.reserveCapacity(entries.count)
        for entry in entries {
            guard let sequence = entry.integer, sequence >= 0 else {
                throw MalformedInput.field(
                    "sequences", expected: "sequence numbers", found: entry.summary
                ).within("assignment")
            }
            sequences.append(UInt64(sequence))
        }
    }
}
