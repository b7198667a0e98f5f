package import Encodings
import Storage

/// What the entries of a log so far lead to: its tree, and the place of each author.
package struct LogHistory: Sendable {
    /// The hash tree.
    package private(set) var tree = TreeTiles()
    /// How far each author has come.
    package private(set) var places = AuthorPlaces()

    /// A log without entries.
    package init() {}

    /// How many entries there are.
    package var size: UInt64 { tree.size }

    /// Takes the next entry, and hands every tile of hashes that it fills to `full`.
    ///
    /// - Throws: `MalformedInput` when it belongs to another log or is not its author's next.
    package mutating func append(
        _ entry: LogEntry, full: (LogTile, [UInt8]) -> Void = { _, _ in }
    ) throws(MalformedInput) {
        try append(entry, leafHash: entry.leafHash, full: full)
    }

    /// The same of an entry whose hash is known.
    mutating func append(
        _ entry: LogEntry, leafHash: Digest, full: (LogTile, [UInt8]) -> Void = { _, _ in }
    ) throws(MalformedInput) {
        try places.append(entry)
        tree.append(leafHash) { full($0, $1.flatMap(\.bytes)) }
    }
}
