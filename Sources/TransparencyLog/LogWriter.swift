import Encodings
package import Identity
import Storage

/// The one writer of a log: holds its lock from reading the end to publishing the checkpoint.
package struct LogWriter: ~Copyable {
    /// Every entry of the log: those the checkpoint covers, and whole ones it does not cover yet.
    package let entries: [LogEntry]
    /// What an append that did not finish left behind; empty for a log in order.
    package let tail: LogTail

    private let directory: LogDirectory
    private let checkpoint: LogCheckpoint
    private let length: Int
    private let lock: FileLock

    /// Waits at most `timeoutSeconds` for the lock, then reads and checks the log.
    package init(locking directory: LogDirectory, timeoutSeconds: Int) throws {
        // What is no log is left as it is: the lock is made only beside a checkpoint.
        _ = try Files.read(ordinary: directory.checkpointPath, limit: LogCheckpoint.maximumLength)
        let lock = try FileLock(locking: directory.lockPath, timeoutSeconds: timeoutSeconds)
        let snapshot = try directory.read()
        let tail: LogTail
        do throws(MalformedInput) {
            tail = try LogTail(
                snapshot.tail, following: snapshot.entries[snapshot.entries.count - 1])
        } catch {
            throw error.within(directory.entriesPath)
        }
        entries = snapshot.entries + tail.entries
        checkpoint = snapshot.checkpoint
        length = entries.reduce(0) { $0 + $1.line.count }
        self.tail = tail
        self.directory = directory
        self.lock = lock
    }

    /// Adds entries, which follow the last one, and publishes the checkpoint that covers them all.
    ///
    /// The lines are durable before the checkpoint names them. Remains of a torn write are cut,
    /// whole entries beyond the old checkpoint are kept. With nothing to add, cut or cover, no file
    /// is touched.
    package consuming func append(
        _ added: [LogEntry], signedWith key: SigningKey
    ) throws {
        guard !added.isEmpty || !tail.isEmpty else { return }
        let lines = added.flatMap(\.line)
        guard length + lines.count <= LogDirectory.maximumLength else {
            throw MalformedInput(
                "the log would pass \(LogDirectory.maximumLength) bytes", in: directory.path)
        }
        try directory.removeLeftovers()
        try FileEnd.replace(directory.entriesPath, from: length, with: lines)
        let next = LogCheckpoint(
            origin: checkpoint.origin, leafHashes: (entries + added).map(\.leafHash))
        try Files.writeAtomically(
            path: directory.checkpointPath, try next.note(signedWith: key))
    }
}
