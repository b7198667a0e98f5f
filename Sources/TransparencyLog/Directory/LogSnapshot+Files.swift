import Encodings
import Storage

extension LogSnapshot {
    /// Checks every file of the directory: each is one that a log has, and holds what it must.
    ///
    /// What the tiles hold is what the entries say, which are to be replayed too.
    ///
    /// - Returns: how many files an append that did not finish has left, and how many records wait.
    package func checkFiles() throws -> (unfinished: Int, waiting: Int) {
        var unfinished = 0
        for path in try directory.tileFiles() {
            guard let tile = LogTile(path: path) else {
                guard TileWriter.isTemporary(path) else { throw unexpected(path) }
                unfinished += 1
                continue
            }
            guard tile.isCovered(bySize: checkpoint.size) else {
                unfinished += 1
                continue
            }
            try check(tile)
        }
        for tile in LogTile.all(ofSize: checkpoint.size) where try !isThere(tile) {
            throw MalformedInput("expected a tile, found none", in: directory.file(tile.path))
        }
        for name in try Files.list(directory.path) {
            switch name {
            case LogDirectory.checkpointName, LogDirectory.tilesName: continue
            case LogDirectory.inboxName, LogDirectory.refusedName: continue
            case LogDirectory.lockName:
                _ = try Files.read(ordinary: directory.lockPath, limit: 0)
            default:
                guard TileWriter.isTemporary(name) else { throw unexpected(name) }
                unfinished += 1
            }
        }
        let inbox = Inbox(of: directory)
        try inbox.check()
        try Inbox(path: directory.file(LogDirectory.refusedName)).check()
        return (unfinished, try inbox.names().count)
    }

    /// Checks a tile against the level below it, and one that a wider tile has replaced against that.
    private func check(_ tile: LogTile) throws {
        let newest = newest(tile)
        switch tile.content {
        case .entries:
            guard tile != newest else { return }
            guard
                try directory.lines(in: tile).elementsEqual(
                    directory.lines(in: newest).prefix(tile.count))
            else { throw differs(tile, from: newest) }
        case .hashes(let level):
            guard tile == newest else {
                guard
                    try directory.hashes(in: tile).elementsEqual(
                        directory.hashes(in: newest).prefix(tile.count))
                else { throw differs(tile, from: newest) }
                return
            }
            // Those of level 0 were compared with the entries.
            guard level > 0 else { return }
            for (place, hash) in try directory.hashes(in: tile).enumerated() {
                let below = LogTile(
                    .hashes(level: level - 1), index: tile.index * 256 + UInt64(place))
                guard try MerkleTree.root(ofLeafHashes: directory.hashes(in: below)) == hash else {
                    throw MalformedInput(
                        "hash \(place) is not that of \(below.path)",
                        in: directory.file(tile.path))
                }
            }
        }
    }

    /// Whether a tile is an ordinary file, or the full one that a writer has put in its place since.
    private func isThere(_ tile: LogTile) throws -> Bool {
        try [tile, LogTile(tile.content, index: tile.index)].contains { tile in
            try Files.kind(directory.file(tile.path), followingLinks: false) == .regular
        }
    }

    /// The tile in the same place as wide as the checkpoint makes it.
    private func newest(_ tile: LogTile) -> LogTile {
        var width = checkpoint.size
        if case .hashes(let level) = tile.content { width >>= UInt64(8 * level) }
        let count = min(UInt64(LogTile.width), width - tile.index * 256)
        return LogTile(tile.content, index: tile.index, count: Int(count))
    }

    private func differs(_ tile: LogTile, from newest: LogTile) -> MalformedInput {
        MalformedInput(
            "expected the beginning of \(newest.path), found another", in: directory.file(tile.path)
        )
    }

    private func unexpected(_ path: String) -> MalformedInput {
        MalformedInput("expected only files of a log, found another", in: directory.file(path))
    }
}
