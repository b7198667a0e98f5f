package import Encodings
package import Identity
package import Storage

/// A log's request to a witness: the body of C2SP tlog-witness's `add-checkpoint`.
package struct WitnessRequest: Sendable {
    /// The most bytes in a request.
    package static let maximumLength = 65_536
    /// The most hashes in a proof.
    package static let maximumProofLength = 63

    /// The size of the last checkpoint that the log thinks the witness cosigned.
    package let oldSize: UInt64
    /// Shows that the new tree begins with the old one.
    package let proof: [Digest]
    /// The new checkpoint, with signatures.
    package let note: SignedNote
    /// What the note states.
    package let checkpoint: LogCheckpoint

    /// A request about the newest checkpoint of a log.
    package init(to log: LogSnapshot, from oldSize: UInt64) throws {
        guard oldSize <= log.checkpoint.size else {
            throw MalformedInput(
                "expected a size of at most \(log.checkpoint.size) entries, found \(oldSize)")
        }
        var proofs = log.directory.proofs(size: log.checkpoint.size)
        self.oldSize = oldSize
        proof = try proofs.consistency(from: oldSize)
        (note, checkpoint) = (log.note, log.checkpoint)
        guard
            MerkleTree.verifyConsistency(
                oldSize: oldSize, oldRoot: try proofs.root(of: oldSize),
                newSize: checkpoint.size, newRoot: checkpoint.root, proof: proof)
        else {
            throw MalformedInput("the tiles do not lead to the root", in: log.directory.path)
        }
    }

    /// The request in words.
    package var bytes: [UInt8] {
        let lines = ["old \(oldSize)"] + proof.map { Base64.encode($0.bytes) } + [""]
        return Array(lines.map { $0 + "\n" }.joined().utf8) + note.bytes
    }

    /// Reads a request.
    package init(parsing bytes: [UInt8]) throws(MalformedInput) {
        var lines = try TextLines(bytes, limit: Self.maximumLength)
        let old = try lines.next("a line 'old <size>'")
        guard old.hasPrefix("old "), let size = UInt64(old.dropFirst(4)), old == "old \(size)"
        else {
            throw MalformedInput(
                "line 1: expected 'old <size>', found \(MalformedInput.quoted(old))")
        }
        oldSize = size
        proof = try lines.hashes(limit: Self.maximumProofLength)
        note = try SignedNote(parsing: lines.rest)
        checkpoint = try LogCheckpoint(parsing: note)
    }
}
