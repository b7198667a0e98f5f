package import Encodings
package import Identity
import Storage

/// The entries a checkpoint covers, checked against it, and the bytes that follow them.
///
/// Reading checks the form of every line, its sequence number, its author, the chain of hashes,
/// the tree root, and the operator's signature on the checkpoint, which vouches for every line.
/// `verifySignatures()` checks the signature on each line as well.
package struct LogSnapshot: Sendable {
    /// The entries the checkpoint covers, in order; never empty.
    package let entries: [LogEntry]
    /// What the operator signed.
    package let checkpoint: LogCheckpoint
    /// The bytes beyond the checkpoint: an append that is under way, or was cut short.
    package let tail: [UInt8]

    /// The key that keeps this log: the author of its first entry.
    package var keeper: PublicKey { entries[0].author }

    /// Reads the two files of a log.
    package init(checkpointFile: [UInt8], entriesFile: [UInt8]) throws(MalformedInput) {
        let (checkpoint, signers): (LogCheckpoint, [PublicKey])
        do throws(MalformedInput) {
            (checkpoint, signers) = try LogCheckpoint.read(checkpointFile)
        } catch {
            throw error.within(LogDirectory.checkpointName)
        }
        do throws(MalformedInput) {
            (entries, tail) = try Self.read(entriesFile, covering: checkpoint)
        } catch {
            throw error.within(LogDirectory.entriesName)
        }
        self.checkpoint = checkpoint
        do throws(MalformedInput) {
            try checkCheckpoint(signedBy: signers)
        } catch {
            // The line at fault, if one is, explains more than a root that differs.
            try verifySignatures()
            throw error.within(LogDirectory.checkpointName)
        }
    }

    /// Checks the signature on every line.
    package func verifySignatures() throws(MalformedInput) {
        for entry in entries {
            do throws(MalformedInput) {
                try entry.verifySignature()
            } catch {
                throw error.within("entry \(entry.sequence)").within(LogDirectory.entriesName)
            }
        }
    }

    /// The checkpoint as it was, or would have been, when the log had `size` entries.
    package func checkpoint(at size: Int) -> LogCheckpoint {
        LogCheckpoint(
            origin: checkpoint.origin, leafHashes: entries.prefix(size).map(\.leafHash))
    }

    private func checkCheckpoint(signedBy signers: [PublicKey]) throws(MalformedInput) {
        let origin = LogCheckpoint.origin(ofGenesis: entries[0].line)
        guard checkpoint.origin == origin else {
            throw MalformedInput("expected the origin '\(origin)' of entry 0")
        }
        guard checkpoint(at: entries.count).root == checkpoint.root else {
            throw MalformedInput(
                "the root differs from the one of the first \(checkpoint.size) lines")
        }
        guard signers.contains(keeper) else {
            throw MalformedInput("no signature of \(keeper), who keeps the log")
        }
    }

    /// Reads the lines the checkpoint covers, each in its place, and the rest of the file.
    private static func read(
        _ file: [UInt8], covering checkpoint: LogCheckpoint
    ) throws(MalformedInput) -> ([LogEntry], [UInt8]) {
        var entries: [LogEntry] = []
        var rest = file[...]
        while entries.count < checkpoint.size {
            guard let end = rest.firstIndex(of: UInt8(ascii: "\n")) else {
                throw MalformedInput(
                    "the file ends too early; the checkpoint covers \(checkpoint.size) entries",
                    in: "entry \(entries.count)")
            }
            entries.append(try LogEntry(parsing: Array(rest[...end]), following: entries.last))
            rest = rest[(end + 1)...]
        }
        return (entries, Array(rest))
    }
}
