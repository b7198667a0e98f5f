import Encodings

/// The 512 bytes before each member of a POSIX tar file (ustar), in their one canonical form.
///
/// Mode 0644, no owner, no times, no names of users; so path and size determine the header.
enum TarHeader {
    /// The size of a header, and the unit that members are padded to.
    static let blockSize = 512

    /// The header of the ordinary file `path` with `size` bytes.
    static func bytes(path: String, size: UInt64) -> [UInt8] {
        precondition(path.utf8.count <= 100 && size <= ArtifactLimits.maximumMemberSize)
        var header: [UInt8] = []
        header += padded([UInt8](path.utf8), 100)
        header += octal(0o644, 7) + octal(0, 7) + octal(0, 7)
        header += octal(size, 11) + octal(0, 11)
        header += [UInt8](repeating: 0x20, count: 8)
        header += [UInt8(ascii: "0")] + padded([], 100)
        header += padded([UInt8]("ustar\u{0}00".utf8), 8) + padded([], 64)
        header += octal(0, 7) + octal(0, 7) + padded([], 155 + 12)
        let sum = header.reduce(0) { $0 + UInt64($1) }
        header.replaceSubrange(148..<156, with: octal(sum, 6) + [0x20])
        return header
    }

    /// How many zero bytes follow a member of `size` bytes.
    static func padding(after size: UInt64) -> Int {
        let excess = Int(size % UInt64(blockSize))
        return excess == 0 ? 0 : blockSize - excess
    }

    /// Path and size of a canonical header, or nil if `header` is anything else.
    static func parse(_ header: [UInt8]) -> (path: String, size: UInt64)? {
        guard header.count == blockSize,
            let path = String(validating: header[..<100].prefix { $0 != 0 }, as: UTF8.self),
            let size = UInt64(String(decoding: header[124..<135], as: UTF8.self), radix: 8),
            size <= ArtifactLimits.maximumMemberSize, bytes(path: path, size: size) == header
        else { return nil }
        return (path, size)
    }

    private static func padded(_ bytes: [UInt8], _ count: Int) -> [UInt8] {
        bytes + [UInt8](repeating: 0, count: count - bytes.count)
    }

    /// `digits` octal digits and a zero byte.
    private static func octal(_ value: UInt64, _ digits: Int) -> [UInt8] {
        let text = [UInt8](String(value, radix: 8).utf8)
        return [UInt8](repeating: 0x30, count: digits - text.count) + text + [0]
    }
}
