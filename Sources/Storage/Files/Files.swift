import Encodings
import Glibc

/// Whole files and directories by path.
package enum Files {
    /// What a path leads to.
    package enum Kind: Sendable {
        /// An ordinary file.
        case regular
        /// A directory.
        case directory
        /// A symbolic link, when links are not followed.
        case symbolicLink
        /// A device, pipe or socket.
        case other
    }

    /// The whole file at `path`; one of more than `limit` bytes is refused.
    package static func read(path: String, limit: Int) throws -> [UInt8] {
        try read(FileSource(path: path), path, limit)
    }

    /// The same of a file inside a directory that may be somebody else's, where only an ordinary
    /// one is read.
    package static func read(
        ordinary path: String, limit: Int, followingLinks: Bool = true
    ) throws -> [UInt8] {
        try read(FileSource(ordinary: path, followingLinks: followingLinks), path, limit)
    }

    private static func read(_ source: FileSource, _ path: String, _ limit: Int) throws -> [UInt8] {
        var source = source
        guard source.size ?? 0 <= limit, let bytes = try source.readToEnd(limit: limit) else {
            throw MalformedInput("expected at most \(limit) bytes, found more", in: path)
        }
        return bytes
    }

    /// Whether the files at both paths hold the same bytes.
    package static func haveSameBytes(_ path: String, _ other: String) throws -> Bool {
        var first = try FileSource(path: path)
        var second = BufferedSource(try FileSource(path: other))
        while true {
            let part = try first.read(upTo: 1 << 20)
            guard try second.peek(max(part.count, 1)).elementsEqual(part) else { return false }
            guard !part.isEmpty else { return true }
            _ = try second.read(upTo: part.count)
        }
    }

    /// Makes the file at `path` hold `bytes`, at once and durably.
    package static func writeAtomically(
        path: String, _ bytes: [UInt8], mode: UInt32 = 0o666
    ) throws {
        var file = try AtomicFile(creating: path, mode: mode)
        try file.write(bytes)
        try file.commit()
    }

    /// What is at `path`, or nil if nothing is, nor at the end of links that go round.
    package static func kind(
        _ path: String, followingLinks: Bool
    ) throws(SystemFailure) -> Kind? {
        var status = stat()
        let result = unsafe followingLinks ? stat(path, &status) : lstat(path, &status)
        guard result == 0 else {
            if [ENOENT, ENOTDIR, ELOOP].contains(errno) { return nil }
            throw .last("examine", path, .input)
        }
        switch status.st_mode & S_IFMT {
        case S_IFREG: return .regular
        case S_IFDIR: return .directory
        case S_IFLNK: return .symbolicLink
        default: return .other
        }
    }

    /// The absolute path without links, `.` and `..` of what is at `path`.
    package static func resolve(_ path: String) throws -> String {
        guard let resolved = unsafe realpath(path, nil) else {
            throw SystemFailure.last("examine", path, .input)
        }
        defer { unsafe free(resolved) }
        guard let text = unsafe String(validatingCString: resolved) else {
            throw MalformedInput("expected a path in UTF-8, found another", in: path)
        }
        return text
    }

    /// Whether anything is at `path`; what cannot be examined does not count.
    package static func exists(_ path: String) -> Bool {
        unsafe access(path, F_OK) == 0
    }

    /// Whether `path` leads to a directory.
    package static func isDirectory(_ path: String) -> Bool {
        (try? kind(path, followingLinks: true)) == .directory
    }

    /// Removes the file at `path`; it is no error if there is none.
    package static func remove(_ path: String) throws(SystemFailure) {
        guard unsafe unlink(path) != 0, errno != ENOENT else { return }
        throw .last("remove", path, .output)
    }
}
