import Encodings
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
        let stored = stored(tile)
        let length = stored.count * Digest.byteCount
        let bytes = try Files.read(ordinary: file(stored.path), limit: length)
        guard bytes.count == length else {
            throw MalformedInput(
                "expected \(length) bytes, found \(bytes.count)", in: file(stored.path))
        }
        return (0..<tile.count).compactMap {
            Digest(bytes[$0 * Digest.byteCount..<($0 + 1) * Digest.byteCount])
        }
    }

    /// The lines in a bundle of entries.
    func lines(in tile: LogTile) throws -> [[UInt8]] {
        let stored = stored(tile)
        let bytes = try Files.read(
            ordinary: file(stored.path), limit: EntryBundle.maximumLength)
        do throws(MalformedInput) {
            let lines = try EntryBundle.decode(
                bytes, count: stored.count, first: tile.index * UInt64(LogTile.width))
            return Array(lines.prefix(tile.count))
        } catch {
            throw error.within(file(stored.path))
        }
    }

    /// A partial tile, or the full one that took its place.
    private func stored(_ tile: LogTile) -> LogTile {
        let full = LogTile(tile.content, index: tile.index)
        return !Files.exists(file(tile.path)) && Files.exists(file(full.path)) ? full : tile
    }

    /// Proofs about the log as a checkpoint of `size` entries has it.
    package func proofs(size: UInt64) -> TileProofs {
        TileProofs(size: size) { try hashes(in: $0) }
    }

    /// The paths of all files below the directory of tiles, relative to the log's.
    func tileFiles() throws -> [String] {
        guard Files.exists(file(Self.tilesName)) else { return [] }
        return try files(below: Self.tilesName)
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
