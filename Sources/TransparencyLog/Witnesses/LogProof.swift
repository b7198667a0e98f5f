package import Encodings
package import Identity
package import Storage

/// A proof that anybody can check without the log that an entry is in it (C2SP tlog-proof).
package struct LogProof: Sendable {
    /// The first line.
    package static let format = "c2sp.org/tlog-proof@v1"
    /// The most bytes in a proof.
    package static let maximumLength = 131_072
    /// The most hashes in a proof: those of a log of 2^63 entries.
    package static let maximumHashes = 63

    /// The number of the entry.
    package let index: UInt64
    /// The hashes that lead from the entry to the root.
    package let hashes: [Digest]
    /// The checkpoint, with signatures and cosignatures.
    package let note: SignedNote
    /// What the note states.
    package let checkpoint: LogCheckpoint

    /// The proof for an entry that a log holds.
    package init(of index: UInt64, in log: LogSnapshot) throws {
        guard index < log.checkpoint.size else {
            throw MalformedInput(
                "expected an entry below \(log.checkpoint.size), found \(index)")
        }
        var proofs = log.directory.proofs(size: log.checkpoint.size)
        self.index = index
        hashes = try proofs.inclusion(of: index)
        (note, checkpoint) = (log.note, log.checkpoint)
        let line = try log.line(of: index)
        do throws(MalformedInput) {
            try check(line)
        } catch {
            throw error.within(log.directory.path)
        }
    }

    /// The proof in words.
    package var bytes: [UInt8] {
        let lines =
            [Self.format, "index \(index)"] + hashes.map { Base64.encode($0.bytes) } + [""]
        return Array(lines.map { $0 + "\n" }.joined().utf8) + note.bytes
    }

    /// Reads a proof; extra data, which nothing vouches for, is passed over.
    package init(parsing bytes: [UInt8]) throws(MalformedInput) {
        var lines = try TextLines(bytes, limit: Self.maximumLength)
        let format = try lines.next("'\(Self.format)'")
        guard format == Self.format else {
            throw MalformedInput(
                "line 1: expected '\(Self.format)', found \(MalformedInput.quoted(format))")
        }
        var line = try lines.next("a line 'index <number>'")
        if line.hasPrefix("extra "), Base64.decode(String(line.dropFirst(6))) != nil {
            line = try lines.next("a line 'index <number>'")
        }
        guard line.hasPrefix("index "), let index = UInt64(line.dropFirst(6)),
            line == "index \(index)"
        else {
            throw MalformedInput("expected 'index <number>', found \(MalformedInput.quoted(line))")
        }
        self.index = index
        hashes = try lines.hashes(limit: Self.maximumHashes)
        note = try SignedNote(parsing: lines.rest)
        checkpoint = try LogCheckpoint(parsing: note)
    }

    /// Checks that the line of an entry is in the log of the checkpoint; who signed the checkpoint is
    /// the policy's question.
    package func check(_ line: [UInt8]) throws(MalformedInput) {
        guard
            MerkleTree.verifyInclusion(
                leafHash: MerkleTree.leafHash(line), index: index, treeSize: checkpoint.size,
                proof: hashes, root: checkpoint.root)
        else {
            throw MalformedInput("the hashes do not lead from this entry to the root")
        }
    }
}
