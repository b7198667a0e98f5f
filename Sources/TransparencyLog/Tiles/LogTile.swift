/// The place of a file of a log in C2SP tlog-tiles: a tile of hashes, or a bundle of entries.
package struct LogTile: Hashable, Sendable {
    /// The entries or hashes in a full tile.
    package static let width = 256
    /// The most levels: 256^8 entries are more than a log can have.
    package static let maximumLevels: UInt64 = 8

    /// What the file holds.
    package enum Content: Hashable, Sendable {
        /// The entries themselves.
        case entries
        /// Hashes of subtrees of 256^level leaves.
        case hashes(level: Int)
    }

    /// What the file holds.
    package let content: Content
    /// Which one from the left.
    package let index: UInt64
    /// How many entries or hashes, from 1 to 256.
    package let count: Int

    /// The tile number `index` with `count` entries or hashes.
    package init(_ content: Content, index: UInt64, count: Int = LogTile.width) {
        precondition((1...LogTile.width).contains(count), "a tile is not empty and has a width")
        self.content = content
        self.index = index
        self.count = count
    }

    /// Whether the tile is as wide as tiles get, so that it never changes.
    package var isFull: Bool { count == LogTile.width }

    /// The path inside the log's directory, such as `tile/0/x001/234.p/17`.
    package var path: String {
        let folder =
            switch content {
            case .entries: "entries"
            case .hashes(let level): "\(level)"
            }
        return "tile/\(folder)/\(Self.number(index))\(isFull ? "" : ".p/\(count)")"
    }

    /// The index in groups of three digits, all but the last after an `x`.
    private static func number(_ index: UInt64) -> String {
        let last = String(String(1_000 + index % 1_000).dropFirst())
        var (groups, rest) = ([last], index / 1_000)
        while rest > 0 {
            groups.insert("x" + String(1_000 + rest % 1_000).dropFirst(), at: 0)
            rest /= 1_000
        }
        return groups.joined(separator: "/")
    }

    /// The tile at a path, or nil if no tile is there.
    package init?(path: String) {
        var parts = path.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
        guard parts.count >= 3, parts.removeFirst() == "tile" else { return nil }
        let folder = parts.removeFirst()
        var count = LogTile.width
        if parts.count >= 2, parts[parts.count - 2].hasSuffix(".p") {
            guard let width = Int(parts.removeLast()), (1..<LogTile.width).contains(width) else {
                return nil
            }
            count = width
            parts[parts.count - 1].removeLast(2)
        }
        let digits = parts.map { $0.hasPrefix("x") ? String($0.dropFirst()) : $0 }.joined()
        guard digits.utf8.count <= 18, let index = UInt64(digits) else { return nil }
        if folder == "entries" {
            self.init(.entries, index: index, count: count)
        } else {
            guard let level = Int(folder), (0..<Int(Self.maximumLevels)).contains(level) else {
                return nil
            }
            self.init(.hashes(level: level), index: index, count: count)
        }
        // Other spellings of the same place are not files of a log.
        guard self.path == path else { return nil }
    }

    /// Every tile and bundle of a log of `size` entries, those at the right edge as wide as it makes them.
    package static func all(ofSize size: UInt64) -> [LogTile] {
        var tiles = row(.entries, width: size)
        var (level, width) = (0, size)
        while width > 0 {
            tiles += row(.hashes(level: level), width: width)
            (level, width) = (level + 1, width / 256)
        }
        return tiles
    }

    /// The tiles that hold `width` entries or hashes.
    private static func row(_ content: Content, width: UInt64) -> [LogTile] {
        let full = (0..<width / 256).map { LogTile(content, index: $0) }
        guard width % 256 > 0 else { return full }
        return full + [LogTile(content, index: width / 256, count: Int(width % 256))]
    }

    /// Whether a log of `size` entries fills all of this tile.
    package func isCovered(bySize size: UInt64) -> Bool {
        var width = size
        if case .hashes(let level) = content {
            for _ in 0..<level { width /= UInt64(LogTile.width) }
        }
        return index <= width / 256 && index * 256 + UInt64(count) <= width
    }
}
