import Encodings
import Storage

/// A log in a directory: the file of entries, the checkpoint, and the lock.
package struct LogDirectory: Sendable {
    /// The file of entries, one canonical JSON line each.
    package static let entriesName = "entries.ndjson"
    /// The signed checkpoint.
    package static let checkpointName = "checkpoint"
    /// The empty file that writers lock; it is never removed.
    package static let lockName = "lock"
    /// The largest file of entries read, in bytes.
    package static let maximumLength = 1 << 30

    /// The directory.
    package let path: String

    /// The log in the directory `path`.
    package init(_ path: String) {
        self.path = path
    }

    /// Where the entries lie.
    package var entriesPath: String { "\(path)/\(Self.entriesName)" }
    /// Where the checkpoint lies.
    package var checkpointPath: String { "\(path)/\(Self.checkpointName)" }
    /// Where the lock lies.
    package var lockPath: String { "\(path)/\(Self.lockName)" }

    /// Reads the log without a lock.
    ///
    /// The checkpoint is read first: whatever it covers is already in the file of entries.
    package func read() throws -> LogSnapshot {
        let checkpoint = try Files.read(
            ordinary: checkpointPath, limit: LogCheckpoint.maximumLength)
        let entries = try Files.read(ordinary: entriesPath, limit: Self.maximumLength)
        do throws(MalformedInput) {
            return try LogSnapshot(checkpointFile: checkpoint, entriesFile: entries)
        } catch {
            throw error.within(path)
        }
    }
}
