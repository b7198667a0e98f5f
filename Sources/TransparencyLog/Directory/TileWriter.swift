import Encodings
import Storage

/// Writes the tiles of a log beyond what its checkpoint covers; only for the holder of the lock.
struct TileWriter {
    private let directory: LogDirectory
    /// How many entries the checkpoint covers.
    private let covered: UInt64
    /// The lines of the bundle that is not full yet.
    private var edge: [[UInt8]]
    private var size: UInt64

    /// Continues a log of `covered` entries, the last of which are in a bundle with `edge`.
    init(_ directory: LogDirectory, covered: UInt64, edge: [[UInt8]]) {
        precondition(covered % UInt64(LogTile.width) == UInt64(edge.count), "lines at the edge")
        self.directory = directory
        self.covered = covered
        self.edge = edge
        size = covered
    }

    /// Adds an entry, and writes its bundle when it is full.
    mutating func append(_ entry: LogEntry) throws {
        edge.append(entry.line)
        size += 1
        guard edge.count == LogTile.width else { return }
        try writeEdge()
        edge = []
    }

    /// Writes a full tile of hashes.
    func write(_ tile: LogTile, _ bytes: [UInt8]) throws {
        let path = directory.file(tile.path)
        try Files.makeDirectory(Files.directory(of: path))
        try Files.writeAtomically(path: path, bytes)
    }

    /// Writes what is not full; then everything up to here is durable.
    mutating func finish(_ tree: TreeTiles) throws {
        precondition(tree.size == size, "the tree of the entries that were written")
        if !edge.isEmpty { try writeEdge() }
        for (tile, hashes) in tree.partial { try write(tile, hashes.flatMap(\.bytes)) }
    }

    private func writeEdge() throws {
        let tile = LogTile(
            .entries, index: (size - 1) / UInt64(LogTile.width), count: edge.count)
        try write(tile, EntryBundle.encode(edge))
    }

    /// Removes what an append that did not finish left behind, and says how many tiles that were.
    @discardableResult
    func removeUnfinished() throws -> Int {
        var count = 0
        for path in try directory.tileFiles() {
            if let tile = LogTile(path: path) {
                guard !tile.isCovered(bySize: covered) else { continue }
                count += 1
            } else {
                guard Self.isTemporary(path) else { continue }
            }
            try Files.remove(directory.file(path))
        }
        for name in try Files.list(directory.path) where Self.isTemporary(name) {
            try Files.remove(directory.file(name))
        }
        return count
    }

    /// Removes the partial tiles that full ones have replaced under a checkpoint of `size` entries.
    func removeReplaced(bySize size: UInt64) throws {
        for path in try directory.tileFiles() {
            guard let tile = LogTile(path: path), !tile.isFull,
                LogTile(tile.content, index: tile.index).isCovered(bySize: size)
            else { continue }
            try Files.remove(directory.file(path))
        }
    }

    /// Whether a path is that of a file which was never given its name.
    static func isTemporary(_ path: String) -> Bool {
        let name = path.split(separator: "/").last ?? ""
        return name.hasPrefix(".nous-") && name.hasSuffix(".tmp")
    }
}
