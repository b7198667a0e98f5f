import Storage

/// The small files in which Linux shows its state.
enum KernelFile {
    /// The lines of a file; none if it cannot be read.
    static func lines(_ path: String) -> [String] {
        guard let bytes = try? Files.read(path: path, limit: 1 << 20) else { return [] }
        return String(decoding: bytes, as: UTF8.self).split(separator: "\n").map(String.init)
    }

    /// The integer that is the file's first line.
    static func integer(_ path: String) -> Int? { lines(path).first.flatMap { Int($0) } }

    /// The integer after `name` and a space on a line of its own.
    static func integer(_ name: String, in path: String) -> Int? {
        lines(path).first { $0.hasPrefix(name + " ") }.flatMap { Int($0.dropFirst(name.count + 1)) }
    }
}
