import Glibc

/// Bytes that can be read once, in order.
package protocol ByteSource {
    /// The next bytes, at most `count` and at least one, or none at the end.
    mutating func read(upTo count: Int) throws -> [UInt8]
}

extension ByteSource {
    /// All that is left, or nil if that is more than `limit` bytes.
    package mutating func readToEnd(limit: Int) throws -> [UInt8]? {
        var bytes: [UInt8] = []
        while true {
            let part = try read(upTo: 1 << 20)
            if part.isEmpty { return bytes }
            guard part.count <= limit - bytes.count else { return nil }
            bytes += part
        }
    }
}

/// The bytes of a file or of an open descriptor.
package struct FileSource: ByteSource {
    private let file: OpenFile

    /// The file at `path`, which is closed with the last copy of this value.
    package init(path: String) throws(SystemFailure) {
        file = try OpenFile(opening: path, O_RDONLY, role: .input)
    }

    /// A file inside a directory that may be somebody else's: anything but an ordinary one is
    /// refused.
    package init(ordinary path: String, followingLinks: Bool = true) throws {
        file = try OpenFile(ordinary: path, followingLinks: followingLinks)
    }

    /// The descriptor, which stays open, under a name for errors.
    package init(descriptor: Int32, name: String) {
        file = OpenFile(borrowing: descriptor, name: name, role: .input)
    }

    /// How many bytes an ordinary file has; nil for anything else.
    package var size: Int? { file.size }

    /// The next bytes, at most `count`, or none at the end.
    package mutating func read(upTo count: Int) throws -> [UInt8] {
        try file.read(upTo: count)
    }
}

/// Bytes in memory as a source.
package struct MemorySource: ByteSource {
    private var rest: ArraySlice<UInt8>

    /// A source of `bytes`.
    package init(_ bytes: [UInt8]) {
        rest = bytes[...]
    }

    /// The next bytes, at most `count`, or none at the end.
    package mutating func read(upTo count: Int) throws -> [UInt8] {
        let part = [UInt8](rest.prefix(count))
        rest = rest.dropFirst(count)
        return part
    }
}
