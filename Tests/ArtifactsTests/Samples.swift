import Artifacts
import Encodings
import Identity
import Storage

/// Artifacts and keys that the tests use.
enum Samples {
    /// The key that signs.
    static let key = SigningKey(seed: [UInt8](repeating: 1, count: 32))

    /// A signed contribution of three small members, given out of order.
    static func small() -> Artifact {
        var artifact = Artifact(
            kind: .contribution,
            members: [
                ("update.safetensors", Array(0..<200)), ("trace/0.hashes", []),
                ("contribution.json", Array("{}\n".utf8)),
            ])
        artifact.sign(with: key)
        return artifact
    }

    /// The plain tar file of `members`, the manifest among them, with its end.
    static func tar(_ members: [(String, [UInt8])]) -> [UInt8] {
        var file: [UInt8] = []
        for (path, bytes) in members {
            file += header(path, bytes.count) + bytes
            file += [UInt8](repeating: 0, count: (512 - bytes.count % 512) % 512)
        }
        return file + [UInt8](repeating: 0, count: 1024)
    }

    /// The canonical tar header, written a second time as the specification says.
    static func header(_ path: String, _ size: Int) -> [UInt8] {
        func field(_ text: String, _ count: Int) -> [UInt8] {
            Array(text.utf8) + [UInt8](repeating: 0, count: count - text.utf8.count)
        }
        let digits = String(size, radix: 8)
        let octalSize = String(repeating: "0", count: 11 - digits.count) + digits
        var bytes = field(path, 100) + field("0000644", 8) + field("0000000", 8)
        bytes += field("0000000", 8) + field(octalSize, 12) + field("00000000000", 12)
        bytes += field("        ", 8) + field("0", 101) + field("ustar\u{0}00", 72)
        bytes += field("0000000", 8) + field("0000000", 175)
        let sum = String(bytes.reduce(0) { $0 + Int($1) }, radix: 8)
        let octalSum = String(repeating: "0", count: 6 - sum.count) + sum
        bytes.replaceSubrange(148..<156, with: field(octalSum, 7) + [0x20])
        return bytes
    }

    /// A manifest with this text after its first line.
    static func manifest(_ rest: String) -> [UInt8] {
        Array("nous-tools contribution v1\n\(rest)".utf8)
    }

    /// The digest of `bytes` in hexadecimal digits.
    static func hex(_ bytes: [UInt8]) -> String { Digest(hashing: bytes).hex }
}
