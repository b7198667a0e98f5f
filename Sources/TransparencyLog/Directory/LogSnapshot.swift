import Encodings
package import Identity
import Storage

/// A log as its checkpoint states it, whatever is appended meanwhile.
package struct LogSnapshot: Sendable {
    /// How many bundles are read at a time, while one is visited.
    private static let bundlesAtOnce = 16

    /// Where it is.
    package let directory: LogDirectory
    /// What the operator signed.
    package let checkpoint: LogCheckpoint
    /// The checkpoint with all its signatures.
    package let note: SignedNote
    /// Entry 0.
    package let first: LogEntry

    /// The key that keeps this log: the author of its first entry.
    package var keeper: PublicKey { first.author }

    /// Reads the checkpoint, which the author of entry 0 must have signed, and entry 0.
    package init(_ directory: LogDirectory) throws {
        self.directory = directory
        let bytes = try Files.read(
            ordinary: directory.checkpointPath, limit: LogCheckpoint.maximumLength)
        do throws(MalformedInput) {
            note = try SignedNote(parsing: bytes)
            checkpoint = try LogCheckpoint(parsing: note)
        } catch {
            throw error.within(directory.checkpointPath)
        }
        let count = Int(min(checkpoint.size, UInt64(LogTile.width)))
        let tile = LogTile(.entries, index: 0, count: count)
        let lines = try directory.lines(in: tile)
        do throws(MalformedInput) {
            first = try LogEntry(parsing: lines[0])
        } catch {
            throw error.within("entry 0").within(directory.file(tile.path))
        }
        do throws(MalformedInput) {
            try checkpoint.checkSignature(on: note, of: first)
        } catch {
            throw error.within(directory.checkpointPath)
        }
    }

    /// Hands the first `size` entries to `visit` in order, each with its number.
    ///
    /// The form of every line, its log, its place among its author's, its hash in the tiles, and
    /// the root are checked, and, unless told otherwise, its signature. The root is known to be
    /// right only when this returns.
    ///
    /// - Returns: the tree and the places that the entries lead to.
    @discardableResult
    package func replay(
        size: UInt64? = nil, signatures: SignatureChecking = .all,
        _ visit: (UInt64, LogEntry) throws -> Void
    ) throws -> LogHistory {
        try replay(size: size, signatures: signatures, reading: { _, _ in }) { number, entry, _ in
            try visit(number, entry)
        }
    }

    /// The same, with what `read` makes of each entry.
    ///
    /// Many are read at a time, out of order; `read` is told whether signatures are checked.
    @discardableResult
    package func replay<Content: Sendable>(
        size: UInt64? = nil, signatures: SignatureChecking,
        reading read: @escaping @Sendable (LogEntry, Bool) throws -> Content,
        _ visit: (UInt64, LogEntry, Content) throws -> Void
    ) throws -> LogHistory {
        let size = size ?? checkpoint.size
        precondition(size <= checkpoint.size, "no more entries than the checkpoint covers")
        var history = LogHistory()
        let width = UInt64(LogTile.width)
        let last = (size + width - 1) / width
        // Each bundle is waited for alone, and another begun in its place, so that no thread idles.
        var ahead = (0..<min(last, UInt64(Self.bundlesAtOnce))).map {
            bundle($0, signatures: signatures, read)
        }
        for index in 0..<last {
            let place = Int(index) % Self.bundlesAtOnce
            let entries = ahead[place].wait()[0]
            let next = index + UInt64(Self.bundlesAtOnce)
            if next < last { ahead[place] = bundle(next, signatures: signatures, read) }
            for item in try entries.get() where history.size < size {
                let number = history.size
                do {
                    try history.append(item.entry, leafHash: item.leafHash)
                    try visit(number, item.entry, item.content.get())
                } catch let error as MalformedInput {
                    throw error.within(name(number, in: index))
                }
            }
        }
        try checkRoot(of: history)
        return history
    }

    /// The line of an entry, as its bundle has it.
    package func line(of index: UInt64) throws -> [UInt8] {
        let bundle = index / UInt64(LogTile.width)
        let count = min(UInt64(LogTile.width), checkpoint.size - bundle * UInt64(LogTile.width))
        let lines = try directory.lines(in: LogTile(.entries, index: bundle, count: Int(count)))
        return lines[Int(index % UInt64(LogTile.width))]
    }

    /// The checkpoint as it was, or would have been, when the log had its first `size` entries.
    ///
    /// - Throws: `MalformedInput` when the tiles that it is read from are not those of the checkpoint.
    package func checkpoint(ofSize size: UInt64) throws -> LogCheckpoint {
        precondition(size <= checkpoint.size, "no more entries than the checkpoint covers")
        var proofs = directory.proofs(size: checkpoint.size)
        let root = try proofs.root(of: size)
        guard try begins(with: root, size: size) else {
            throw MalformedInput(
                "the tiles of the first \(size) entries are not those of the checkpoint",
                in: directory.path)
        }
        return LogCheckpoint(origin: checkpoint.origin, size: size, root: root)
    }

    private func checkRoot(of history: LogHistory) throws {
        guard try begins(with: history.tree.root, size: history.size) else {
            throw MalformedInput(
                "the root is not that of the first \(history.size) entries",
                in: directory.checkpointPath)
        }
    }

    /// Whether the tree of the checkpoint begins with another.
    private func begins(with root: Digest, size: UInt64) throws -> Bool {
        var proofs = directory.proofs(size: checkpoint.size)
        return MerkleTree.verifyConsistency(
            oldSize: size, oldRoot: root, newSize: checkpoint.size, newRoot: checkpoint.root,
            proof: try proofs.consistency(from: size))
    }

    /// Checks that the log continues the one an earlier checkpoint speaks of, which its operator must
    /// have signed.
    ///
    /// A log cut back and signed anew verifies by itself; against a checkpoint that somebody kept
    /// it does not.
    ///
    /// - Returns: the earlier checkpoint.
    @discardableResult
    package func check(continues earlier: SignedNote) throws -> LogCheckpoint {
        let old = try LogCheckpoint(parsing: earlier)
        guard old.origin.hasSameBytes(as: checkpoint.origin) else {
            throw MalformedInput("the checkpoint is of another log, '\(old.origin)'")
        }
        guard earlier.isSigned(by: keeper, named: old.origin) else {
            throw MalformedInput("expected a valid signature of \(keeper), found none")
        }
        guard old.size <= checkpoint.size else {
            throw MalformedInput(
                "the log has \(checkpoint.size) entries, the earlier checkpoint \(old.size)")
        }
        guard try begins(with: old.root, size: old.size) else {
            throw MalformedInput("the first \(old.size) entries are not those of the checkpoint")
        }
        return old
    }

    /// The entries of the bundle of this number, read, parsed and checked beside others.
    private func bundle<Content: Sendable>(
        _ index: UInt64, signatures: SignatureChecking,
        _ read: @escaping @Sendable (LogEntry, Bool) throws -> Content
    ) -> Background<[BundledEntry<Content>]> {
        let width = UInt64(LogTile.width)
        let count = Int(min(width, checkpoint.size - index * width))
        return Background(count: 1) { _ in
            try bundle(
                LogTile(.entries, index: index, count: count),
                checkingSignatures: signatures.isNeeded(from: index * width), read)
        }
    }

    /// The entries of a bundle, compared with the hashes in the tile above them.
    private func bundle<Content: Sendable>(
        _ tile: LogTile, checkingSignatures: Bool,
        _ read: (LogEntry, Bool) throws -> Content
    ) throws -> [BundledEntry<Content>] {
        let lines = try directory.lines(in: tile)
        let above = LogTile(.hashes(level: 0), index: tile.index, count: tile.count)
        let hashes = try directory.hashes(in: above)
        var entries: [BundledEntry<Content>] = []
        for (place, line) in lines.enumerated() {
            let number = tile.index * UInt64(LogTile.width) + UInt64(place)
            let entry: LogEntry
            let isHashed: Bool
            do throws(MalformedInput) {
                entry = try LogEntry(parsing: line)
                isHashed = entry.leafHash == hashes[place]
                // Of an entry and a hash that differ, the entry is at fault if it is not signed.
                if checkingSignatures || !isHashed { try entry.verifySignature() }
            } catch {
                throw error.within(name(number, in: tile.index))
            }
            guard isHashed else {
                throw MalformedInput(
                    "hash \(place) is not that of entry \(number)",
                    in: directory.file(above.path))
            }
            // What is wrong with the content of an entry matters when its turn comes.
            let content = Result { try read(entry, checkingSignatures) }
            entries.append(
                BundledEntry(entry: entry, leafHash: hashes[place], content: content))
        }
        return entries
    }

    private func name(_ entry: UInt64, in bundle: UInt64) -> String {
        let count = Int(min(256, checkpoint.size - bundle * 256))
        return directory.file(LogTile(.entries, index: bundle, count: count).path)
            + ": entry \(entry)"
    }
}

/// An entry as its bundle was read.
private struct BundledEntry<Content: Sendable>: Sendable {
    let entry: LogEntry
    let leafHash: Digest
    let content: Result<Content, any Error>
}

/// Which entries' signatures are checked.
package enum SignatureChecking: Sendable {
    /// Those of all entries.
    case all
    /// Those from this entry on; a checkpoint that the reader trusts covers the others.
    case from(UInt64)
    /// None: the operator's signature on the checkpoint vouches for the entries.
    case none

    /// Whether entries from `first` on are to be checked.
    ///
    /// A whole bundle is checked if one of its entries is.
    func isNeeded(from first: UInt64) -> Bool {
        switch self {
        case .all: true
        case .from(let trusted): first + UInt64(LogTile.width) > trusted
        case .none: false
        }
    }
}
