import Glibc

/// A file that appears under its name whole, on the device, or not at all.
///
/// The bytes go to a temporary file in the same directory; `commit` flushes it, renames it and
/// flushes the directory. Whatever is not committed is removed.
package struct AtomicFile: ~Copyable, ByteSink {
    private let path: String

    /// Where the bytes are before `commit`; a library may write them there itself.
    package let temporary: String

    private let file: OpenFile
    private var isCommitted: Bool

    /// Starts a file that is to become `path`, with `mode` less the umask.
    ///
    /// An existing `path` must be an ordinary file.
    package init(creating path: String, mode: UInt32 = 0o666) throws(SystemFailure) {
        if let kind = try Files.kind(path, followingLinks: true), kind != .regular {
            let code = kind == .directory ? EISDIR : EEXIST
            throw SystemFailure("replace", path: path, code: code, role: .output)
        }
        let file = try Self.temporaryFile(for: path, mode: mode)
        self.path = path
        self.file = file
        temporary = file.name
        isCommitted = false
    }

    /// A new file beside `path` under a name that no other process uses.
    private static func temporaryFile(
        for path: String, mode: UInt32
    ) throws(SystemFailure) -> OpenFile {
        let directory = Files.directory(of: path)
        var attempt = 0
        while true {
            let name = Files.join(directory, ".nous-\(getpid())-\(attempt).tmp")
            do throws(SystemFailure) {
                return try OpenFile(
                    opening: name, O_WRONLY | O_CREAT | O_EXCL, mode: mode, role: .output)
            } catch {
                guard error.code == EEXIST, attempt < 10_000 else {
                    throw SystemFailure("create", path: path, code: error.code, role: .output)
                }
                attempt += 1
            }
        }
    }

    deinit {
        if !isCommitted { _ = unsafe unlink(temporary) }
    }

    /// Appends `bytes`.
    package mutating func write(_ bytes: [UInt8]) throws {
        do throws(SystemFailure) {
            try file.write(bytes[...])
        } catch {
            throw renamed(error)
        }
    }

    /// Gives the file its name, in place of any file that had it.
    package consuming func commit() throws {
        try flush()
        try checked("rename to", path, .output) { unsafe rename(temporary, path) }
        isCommitted = true
        try Files.synchronize(directory: Files.directory(of: path))
    }

    /// Gives the file its name, or fails with `EEXIST` if another has it.
    package consuming func commitNew() throws {
        try flush()
        try checked("create", path, .output) { unsafe link(temporary, path) }
        _ = unsafe unlink(temporary)
        isCommitted = true
        try Files.synchronize(directory: Files.directory(of: path))
    }

    private func flush() throws(SystemFailure) {
        do throws(SystemFailure) {
            try file.synchronize()
        } catch {
            throw renamed(error)
        }
    }

    /// The same failure under the name that the user knows.
    private func renamed(_ failure: SystemFailure) -> SystemFailure {
        SystemFailure(failure.operation, path: path, code: failure.code, role: .output)
    }
}
