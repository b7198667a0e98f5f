import Encodings
import Glibc

extension Files {
    /// The names in `directory`, sorted by their bytes.
    ///
    /// - Throws: `MalformedInput` for a name that is not UTF-8, unless those are to be skipped.
    package static func list(
        _ directory: String, skippingOtherNames: Bool = false
    ) throws -> [String] {
        guard let stream = unsafe opendir(directory) else {
            throw SystemFailure.last("open", directory, .input)
        }
        defer { _ = unsafe closedir(stream) }
        var names: [String] = []
        while true {
            errno = 0
            guard let entry = unsafe readdir(stream) else { break }
            guard let name = unsafe name(of: entry) else {
                if skippingOtherNames { continue }
                throw MalformedInput("expected file names in UTF-8, found another", in: directory)
            }
            if name != ".", name != ".." { names.append(name) }
        }
        guard errno == 0 else { throw SystemFailure.last("read", directory, .input) }
        return names.sorted { $0.precedesByBytes($1) }
    }

    /// The name in a directory entry, or nil if it is not UTF-8.
    private static func name(of entry: UnsafeMutablePointer<dirent>) -> String? {
        unsafe withUnsafeBytes(of: &entry.pointee.d_name) { bytes in
            unsafe String(validating: bytes.prefix { $0 != 0 }, as: UTF8.self)
        }
    }

    /// Makes the directory at `path` and those above it, as far as they are missing.
    package static func makeDirectory(_ path: String) throws(SystemFailure) {
        guard unsafe mkdir(path, 0o777) != 0 else {
            return try synchronize(directory: directory(of: path))
        }
        let code = errno
        if code == EEXIST, isDirectory(path) { return }
        let parent = directory(of: path)
        guard code == ENOENT, parent != path, !exists(parent) else {
            throw SystemFailure("create", path: path, code: code, role: .output)
        }
        try makeDirectory(parent)
        try makeDirectory(path)
    }

    /// Gives what is at `path` another name on the same device, whatever it is, durably.
    package static func move(_ path: String, to target: String) throws(SystemFailure) {
        try checked("rename to", target, .output) { unsafe rename(path, target) }
        for directory in [directory(of: target), directory(of: path)] {
            try synchronize(directory: directory)
        }
    }

    /// Removes the directory at `path` with everything in it; links are removed, not followed.
    package static func removeTree(_ path: String) throws {
        for name in try list(path) {
            let child = join(path, name)
            if try kind(child, followingLinks: false) == .directory {
                try removeTree(child)
            } else {
                try remove(child)
            }
        }
        try checked("remove", path, .output) { unsafe rmdir(path) }
    }

    /// Waits until the names in the directory at `path` have reached the device.
    package static func synchronize(directory path: String) throws(SystemFailure) {
        try OpenFile(opening: path, O_RDONLY | O_DIRECTORY, role: .output).synchronize()
    }

    /// The path of the directory that holds `path`.
    package static func directory(of path: String) -> String {
        var rest = Substring(path)
        while rest.count > 1, rest.last == "/" { rest.removeLast() }
        guard let slash = rest.lastIndex(of: "/") else { return "." }
        rest = rest[..<slash]
        while rest.count > 1, rest.last == "/" { rest.removeLast() }
        return rest.isEmpty ? "/" : String(rest)
    }

    /// The path of `name` in `directory`.
    package static func join(_ directory: String, _ name: String) -> String {
        if name.isEmpty { return directory }
        if directory == "." { return name }
        return directory.hasSuffix("/") ? directory + name : "\(directory)/\(name)"
    }
}
