import Artifacts

/// A tar file made by hand, so that it can be wrong in every way.
struct TarFile {
    /// A member with its header.
    struct Entry {
        /// The path in the header.
        var path: String
        /// The bytes.
        var bytes: [UInt8]
        /// The size in the header.
        var size: Int
        /// The kind in the header: `0` for an ordinary file.
        var type = UInt8(ascii: "0")
        /// What a link leads to.
        var link = ""
        /// The permissions, in octal digits.
        var mode = "0000644"

        /// An ordinary file.
        init(_ path: String, _ bytes: [UInt8]) {
            self.path = path
            self.bytes = bytes
            size = bytes.count
        }
    }

    /// The members, `MANIFEST` first.
    var entries: [Entry]
    /// What follows the last member.
    var end = [UInt8](repeating: 0, count: 1024)

    /// The file of an artifact, whose `MANIFEST` may be another than its own.
    init(_ artifact: Artifact, manifest: [UInt8]? = nil) {
        let members = artifact.paths.map { Entry($0, artifact.optionalMember($0) ?? []) }
        entries = [Entry("MANIFEST", manifest ?? artifact.manifest.bytes)] + members
    }

    /// The bytes of the file.
    var bytes: [UInt8] {
        entries.flatMap { entry in
            let padding = (512 - entry.bytes.count % 512) % 512
            return header(entry) + entry.bytes + [UInt8](repeating: 0, count: padding)
        } + end
    }

    private func header(_ entry: Entry) -> [UInt8] {
        func field(_ text: String, _ length: Int) -> [UInt8] {
            let bytes = [UInt8](text.utf8.prefix(length))
            return bytes + [UInt8](repeating: 0, count: length - bytes.count)
        }
        let size = String(entry.size, radix: 8)
        var header = field(entry.path, 100) + field(entry.mode, 8)
        header += field("0000000", 8) + field("0000000", 8)
        header += field(String(repeating: "0", count: 11 - size.count) + size, 12)
        header += field("00000000000", 12) + [UInt8](repeating: 0x20, count: 8) + [entry.type]
        header += field(entry.link, 100) + field("ustar\u{0}00", 8) + field("", 64)
        header += field("0000000", 8) + field("0000000", 8) + field("", 167)
        let sum = String(header.reduce(0) { $0 + Int($1) }, radix: 8)
        header.replaceSubrange(
            148..<156, with: field(String(repeating: "0", count: 6 - sum.count) + sum, 7) + [0x20])
        return header
    }
}
