import Encodings
package import Identity
import Storage

/// The one writer of a log: holds its lock from reading the end to publishing the checkpoint.
package struct LogWriter: ~Copyable {
    /// The log as it was found.
    package let snapshot: LogSnapshot
    /// What its entries lead to.
    package let history: LogHistory
    /// How many tiles of an append that did not finish were removed.
    package let removedCount: Int

    private let tiles: TileWriter
    private let lock: FileLock

    /// Waits at most `timeoutSeconds` for the lock, then hands every entry to `visit`, with what `read`
    /// makes of it.
    ///
    /// A log that another than `keeper` keeps is left as it is.
    package init<Content: Sendable>(
        locking directory: LogDirectory, keeper: PublicKey? = nil, timeoutSeconds: Int,
        reading read: @escaping @Sendable (LogEntry) throws -> Content,
        _ visit: (LogEntry, Content) throws -> Void
    ) throws {
        // What is no log is left as it is: the lock is made only beside a checkpoint.
        _ = try Files.read(ordinary: directory.checkpointPath, limit: LogCheckpoint.maximumLength)
        let lock = try FileLock(locking: directory.lockPath, timeoutSeconds: timeoutSeconds)
        let snapshot = try LogSnapshot(directory)
        guard keeper == nil || keeper == snapshot.keeper else {
            throw MalformedInput("the log is kept by \(snapshot.keeper)", in: directory.path)
        }
        var edge: [[UInt8]] = []
        let history = try snapshot.replay(
            signatures: .none, reading: { entry, _ in try read(entry) }
        ) { number, entry, content in
            if number % UInt64(LogTile.width) == 0 { edge = [] }
            edge.append(entry.line)
            try visit(entry, content)
        }
        if edge.count == LogTile.width { edge = [] }
        let tiles = TileWriter(directory, covered: snapshot.checkpoint.size, edge: edge)
        let removedCount = try tiles.removeUnfinished()
        self.snapshot = snapshot
        self.history = history
        self.removedCount = removedCount
        self.tiles = tiles
        self.lock = lock
    }

    /// Adds entries and publishes the checkpoint that covers them all.
    ///
    /// Entries and hashes are durable before the checkpoint names them. With nothing to add, the
    /// checkpoint stays as it is.
    package consuming func append(_ added: [LogEntry], signedWith key: SigningKey) throws {
        let directory = snapshot.directory
        var (history, tiles) = (history, tiles)
        for entry in added {
            var full: [(LogTile, [UInt8])] = []
            try history.append(entry) { full.append(($0, $1)) }
            try tiles.append(entry)
            for (tile, bytes) in full { try tiles.write(tile, bytes) }
        }
        if !added.isEmpty {
            try tiles.finish(history.tree)
            let next = LogCheckpoint(origin: snapshot.checkpoint.origin, tree: history.tree)
            try Files.writeAtomically(
                path: directory.checkpointPath, next.note(signedWith: key).bytes)
        }
        try tiles.removeReplaced(bySize: history.size)
    }
}
