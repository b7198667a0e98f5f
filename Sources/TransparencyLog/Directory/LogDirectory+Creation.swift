package import Encodings
package import Identity
import Storage

/// A directory already holds another log than the one to be created.
package struct OtherLogExists: Error {
    /// The directory.
    package let path: String
}

extension LogDirectory {
    /// Creates the log whose first entry says `body`, kept by the owner of `key`.
    ///
    /// A log that already starts with this very entry is left alone, or finished if its creation
    /// was interrupted.
    ///
    /// - Throws: `OtherLogExists` when the directory holds a log that starts otherwise.
    package func create(
        with body: JSON, signedWith key: SigningKey, timeoutSeconds: Int
    ) throws {
        let first = try LogEntry(body: body, in: .first, of: LogEntry.none, signedWith: key)
        try Files.makeDirectory(path)
        let lock = try FileLock(locking: lockPath, timeoutSeconds: timeoutSeconds)
        defer { withExtendedLifetime(lock) {} }
        guard !Files.exists(checkpointPath) else {
            guard try LogSnapshot(self).first == first else { throw OtherLogExists(path: path) }
            return
        }
        var writer = TileWriter(self, covered: 0, edge: [])
        guard try tileFiles().allSatisfy({ LogTile(path: $0)?.isCovered(bySize: 1) ?? true }) else {
            throw MalformedInput("the checkpoint of these entries is missing", in: path)
        }
        try writer.removeUnfinished()
        var history = LogHistory()
        try history.append(first)
        try writer.append(first)
        try writer.finish(history.tree)
        try Files.makeDirectory(inboxPath)
        let checkpoint = LogCheckpoint(
            origin: LogCheckpoint.origin(ofGenesis: first.line), tree: history.tree)
        try Files.writeAtomically(path: checkpointPath, checkpoint.note(signedWith: key).bytes)
    }
}
