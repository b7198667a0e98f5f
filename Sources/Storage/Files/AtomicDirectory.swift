import Glibc

/// A directory that appears under its name with all its files, or not at all.
package struct AtomicDirectory: ~Copyable {
    private let path: String

    /// Where the files are to be made before `commit`.
    package let temporary: String

    private var isCommitted: Bool

    /// Starts a directory that is to become `path`, where nothing but an empty directory may be.
    package init(creating path: String) throws {
        let parent = Files.directory(of: path)
        try Files.makeDirectory(parent)
        let temporary = try Self.makeTemporary(in: parent, for: path)
        self.path = path
        self.temporary = temporary
        isCommitted = false
    }

    deinit {
        if !isCommitted { try? Files.removeTree(temporary) }
    }

    /// Gives the directory its name.
    package consuming func commit() throws {
        try Files.synchronize(directory: temporary)
        try checked("create", path, .output) { unsafe rename(temporary, path) }
        isCommitted = true
        try Files.synchronize(directory: Files.directory(of: path))
    }

    private static func makeTemporary(
        in parent: String, for path: String
    ) throws(SystemFailure) -> String {
        for attempt in 0..<10_000 {
            let name = Files.join(parent, ".nous-\(getpid())-\(attempt).d.tmp")
            if unsafe mkdir(name, 0o777) == 0 { return name }
            guard errno == EEXIST else { break }
        }
        throw .last("create", path, .output)
    }
}
