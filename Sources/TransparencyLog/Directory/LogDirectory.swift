import Encodings
import Glibc
import Storage

/// A log in a directory, laid out as C2SP tlog-tiles says: a checkpoint, tiles of hashes, and
/// bundles of entries; beside them a lock, and an inbox that anybody may put records in.
package struct LogDirectory: Sendable {
    /// The signed checkpoint.
    package static let checkpointName = "checkpoint"
    /// The empty file that writers lock; it is never removed.
    package static let lockName = "lock"
    /// What is to be sealed.
    package static let inboxName = "inbox"
    /// What was refused and moved out of the inbox.
    static let refusedName = "refused"
    /// The directory of the tiles.
    static let tilesName = "tile"

    /// The directory.
    package let path: String

    /// The log in the directory `path`.
    package init(_ path: String) {
        self.path = path
    }

    /// Where the checkpoint lies.
    package var checkpointPath: String { file(Self.checkpointName) }
    /// Where the lock lies.
    package var lockPath: String { file(Self.lockName) }
    /// Where records wait to be sealed.
    package var inboxPath: String { file(Self.inboxName) }

    /// The path of what the log calls `name`.
    package func file(_ name: String) -> String { Files.join(path, name) }

    /// The hashes in a tile.
    func hashes(in tile: LogTile) throws -> [Digest] {
        let (stored, bytes) = try read(tile, limit: LogTile.width * Digest.byteCount)
        guard bytes.count == stored.count * Digest.byteCount else {
            throw MalformedInput(
                "expected \(stored.count * Digest.byteCount) bytes, found \(bytes.count)",
                in: file(stored.path))
        }
        return (0..<tile.count).compactMap {
            Digest(bytes[$0 * Digest.byteCount..<($0 + 1) * Digest.byteCount])
        }
    }

    /// The lines in a bundle of entries.
    func lines(in tile: LogTile) throws -> [[UInt8]] {
        let (stored, bytes) = try read(tile, limit: EntryBundle.maximumLength)
        do throws(MalformedInput) {
            let lines = try EntryBundle.decode(
                bytes, count: stored.count, first: tile.index * UInt64(LogTile.width))
            return Array(lines.prefix(tile.count))
        } catch {
            throw error.within(file(stored.path))
        }
    }

    /// The file of a tile, or, if a partial one is gone, of the full one that took its place.
    private func read(_ tile: LogTile, limit: Int) throws -> (LogTile, [UInt8]) {
        do {
            return (tile, try Files.read(ordinary: file(tile.path), limit: limit))
        } catch let missing as SystemFailure where missing.code == ENOENT && !tile.isFull {
            let full = LogTile(tile.content, index: tile.index)
            guard Files.exists(file(full.path)) else { throw missing }
            return (full, try Files.read(ordinary: file(full.path), limit: limit))
        }
    }

    /// Proofs about the log as a checkpoint of `size` entries has it.
    package func proofs(size: UInt64) -> TileProofs {
        TileProofs(size: size) { try hashes(in: $0) }
    }

    /// The paths of all files below the directory of tiles, relative to the log's.
    func tileFiles() throws -> [String] {
        switch try Files.kind(file(Self.tilesName), followingLinks: false) {
        case .directory: return try files(below: Self.tilesName)
        case nil: return []
        default:
            throw MalformedInput("expected a directory, found none", in: file(Self.tilesName))
        }
    }

    private func files(below directory: String) throws -> [String] {
        var found: [String] = []
        for name in try Files.list(file(directory)) {
            let path = "\(directory)/\(name)"
            if try Files.kind(file(path), followingLinks: false) == .directory {
                found += try files(below: path)
            } else {
                found.append(path)
            }
        }
        return found
    }
}
