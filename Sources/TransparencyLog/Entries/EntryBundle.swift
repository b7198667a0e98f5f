package import Encodings

/// A C2SP entry bundle: lines of up to 256 entries, each after its length in two bytes.
package enum EntryBundle {
    /// The longest bundle in bytes.
    package static let maximumLength = LogTile.width * (2 + LogEntry.maximumLineLength)

    /// The bundle of these lines.
    package static func encode(_ lines: some Sequence<[UInt8]>) -> [UInt8] {
        var bytes: [UInt8] = []
        for line in lines {
            bytes.append(UInt8(line.count >> 8))
            bytes.append(UInt8(line.count & 0xFF))
            bytes += line
        }
        return bytes
    }

    /// The lines of a bundle of `count` entries; the error names the entry, from `first` on.
    package static func decode(
        _ bytes: [UInt8], count: Int, first: UInt64
    ) throws(MalformedInput) -> [[UInt8]] {
        var lines: [[UInt8]] = []
        var offset = 0
        for number in 0..<count {
            guard offset + 2 <= bytes.count else { throw cutShort(first + UInt64(number)) }
            let length = Int(bytes[offset]) << 8 | Int(bytes[offset + 1])
            offset += 2
            guard length <= bytes.count - offset else { throw cutShort(first + UInt64(number)) }
            lines.append(Array(bytes[offset..<offset + length]))
            offset += length
        }
        guard offset == bytes.count else {
            throw MalformedInput(
                "expected \(count) entries, found \(bytes.count - offset) bytes more")
        }
        return lines
    }

    private static func cutShort(_ entry: UInt64) -> MalformedInput {
        MalformedInput("the bundle ends too early", in: "entry \(entry)")
    }
}
