import Encodings
import Glibc
package import Storage

/// Records that wait to be sealed: files that are named by the SHA-256 of what they hold.
///
/// Anybody puts files here, without a lock and as often as they like; one is never changed.
package struct Inbox: Sendable {
    /// The directory.
    package let path: String

    /// The inbox of a log.
    package init(of log: LogDirectory) {
        self.init(path: log.inboxPath)
    }

    init(path: String) {
        self.path = path
    }

    /// Puts a record here, durably; one that is here already stays.
    ///
    /// - Returns: its name.
    /// - Throws: `MalformedInput` for one that no line of the log can hold.
    @discardableResult
    package func put(_ line: [UInt8]) throws -> Digest {
        guard line.count <= LogEntry.maximumLineLength else {
            throw MalformedInput(
                "expected a record of at most \(LogEntry.maximumLineLength) bytes,"
                    + " found \(line.count)")
        }
        let name = Digest(hashing: line)
        if (try? self.line(name)) == line {
            // Whoever put it here may have been killed before the name was durable.
            try Files.synchronize(directory: path)
        } else {
            try Files.writeAtomically(path: file(name), line)
        }
        return name
    }

    /// The names of what is here, in the order of their bytes; other files are passed over, so that
    /// nobody keeps the records of others from being sealed.
    package func names() throws -> [Digest] {
        guard Files.exists(path) else { return [] }
        return try Files.list(path, skippingOtherNames: true).compactMap { Digest(hex: $0) }
    }

    /// Checks that nothing but records is here, each what its name says.
    func check() throws {
        guard Files.exists(path) else { return }
        for name in try Files.list(path) where !TileWriter.isTemporary(name) {
            guard let digest = Digest(hex: name) else {
                throw MalformedInput(
                    "expected files named by digests, found another", in: Files.join(path, name))
            }
            do {
                _ = try line(digest)
            } catch let sealed as SystemFailure where sealed.code == ENOENT {
                continue
            }
        }
    }

    /// The record of this name.
    package func line(_ name: Digest) throws -> [UInt8] {
        // Whoever put a link here may not be allowed to read what it leads to, nor to know its digest.
        let line = try Files.read(
            ordinary: file(name), limit: LogEntry.maximumLineLength, followingLinks: false)
        guard Digest(hashing: line) == name else {
            throw MalformedInput("expected the SHA-256 digest of its name", in: file(name))
        }
        return line
    }

    /// The entries that wait here, those that cannot be read left out; nobody has checked who signed.
    package func entries() throws -> [LogEntry] {
        try names().compactMap { try? LogEntry(parsing: line($0)) }
    }

    /// Removes a record that is sealed.
    package func remove(_ name: Digest) throws {
        try Files.remove(file(name))
    }

    /// Moves a record that is refused beside the inbox.
    package func setAside(_ name: Digest) throws {
        let refused = Files.join(Files.directory(of: path), LogDirectory.refusedName)
        try Files.makeDirectory(refused)
        try Files.move(file(name), to: Files.join(refused, name.hex))
    }

    private func file(_ name: Digest) -> String { Files.join(path, name.hex) }
}
