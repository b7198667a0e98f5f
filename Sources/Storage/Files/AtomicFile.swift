import Glibc

/// A file that appears under its name whole, on the device, or not at all.
///
/// The bytes go to a temporary file in the same directory; `commit` flushes it, renames it and
/// flushes the directory. Whatever is not committed is removed. Where the file system has files
/// without a name (`O_TMPFILE` of open(2)) it gets one no earlier than it must, so that of a writer
/// that is killed nothing is left.
package struct AtomicFile: ~Copyable, ByteSink {
    private let path: String
    private let file: OpenFile
    /// The file's name before `commit`, if it has one.
    private var temporary: String?
    private var isCommitted = false

    /// Starts a file that is to become `path`, with `mode` less the umask.
    ///
    /// An existing `path` must be an ordinary file.
    package init(creating path: String, mode: UInt32 = 0o666) throws(SystemFailure) {
        if let kind = try Files.kind(path, followingLinks: true), kind != .regular {
            let code = kind == .directory ? EISDIR : EEXIST
            throw SystemFailure("replace", path: path, code: code, role: .output)
        }
        let nameless = OpenFile(namelessIn: Files.directory(of: path), mode: mode)
        let file = if let nameless { nameless } else { try Self.named(beside: path, mode: mode) }
        self.path = path
        self.file = file
        temporary = nameless == nil ? file.name : nil
    }

    private static func named(
        beside path: String, mode: UInt32
    ) throws(SystemFailure) -> OpenFile {
        try withFreeName(beside: path) { name throws(SystemFailure) in
            try OpenFile(opening: name, O_WRONLY | O_CREAT | O_EXCL, mode: mode, role: .output)
        }
    }

    /// What `take` does with a name beside `path` that no other process has.
    private static func withFreeName<Taken>(
        beside path: String, _ take: (String) throws(SystemFailure) -> Taken
    ) throws(SystemFailure) -> Taken {
        let directory = Files.directory(of: path)
        var attempt = 0
        while true {
            let name = Files.join(directory, ".nous-\(getpid())-\(attempt).tmp")
            do throws(SystemFailure) {
                return try take(name)
            } catch {
                guard error.code == EEXIST, attempt < 10_000 else {
                    throw SystemFailure("create", path: path, code: error.code, role: .output)
                }
                attempt += 1
            }
        }
    }

    deinit {
        if !isCommitted, let temporary { _ = unsafe unlink(temporary) }
    }

    /// The file's name before `commit`, under which a library may write the bytes itself.
    package mutating func name() throws(SystemFailure) -> String {
        if let temporary { return temporary }
        let name = try Self.withFreeName(beside: path) { [file] name throws(SystemFailure) in
            try file.link(to: name)
            return name
        }
        temporary = name
        return name
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
        let temporary = try name()
        try checked("rename to", path, .output) { unsafe rename(temporary, path) }
        isCommitted = true
        try Files.synchronize(directory: Files.directory(of: path))
    }

    /// Gives the file its name, or fails with `EEXIST` if another has it.
    package consuming func commitNew() throws {
        try flush()
        if let temporary {
            try checked("create", path, .output) { unsafe link(temporary, path) }
            _ = unsafe unlink(temporary)
        } else {
            try file.link(to: path)
        }
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
