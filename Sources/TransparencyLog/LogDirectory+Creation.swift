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
        let first = try LogEntry(body: body, following: nil, signedWith: key)
        try Files.makeDirectory(path)
        let lock = try FileLock(locking: lockPath, timeoutSeconds: timeoutSeconds)
        defer { withExtendedLifetime(lock) {} }
        if Files.exists(entriesPath) {
            let existing = try Files.read(path: entriesPath, limit: Self.maximumLength)
            guard existing.starts(with: first.line) else { throw OtherLogExists(path: path) }
            guard !Files.exists(checkpointPath) else { return }
            guard existing == first.line else {
                throw MalformedInput("the checkpoint of these entries is missing", in: path)
            }
        } else {
            try Files.writeAtomically(path: entriesPath, first.line)
        }
        let checkpoint = LogCheckpoint(
            origin: LogCheckpoint.origin(ofGenesis: first.line), leafHashes: [first.leafHash])
        try Files.writeAtomically(
            path: checkpointPath, try checkpoint.note(signedWith: key))
    }
}
