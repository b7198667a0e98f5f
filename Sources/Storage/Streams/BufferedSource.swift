import Encodings

/// A source that can look ahead and take exact numbers of bytes.
package struct BufferedSource<Source: ByteSource>: ByteSource {
    /// The source underneath; its next bytes may already be held here.
    package private(set) var source: Source

    /// How many bytes were taken from here.
    package private(set) var offset: UInt64 = 0

    private var held: ArraySlice<UInt8> = []

    /// The same bytes as `source`.
    package init(_ source: Source) {
        self.source = source
    }

    /// The next `count` bytes without taking them, or all that are left if those are fewer.
    package mutating func peek(_ count: Int) throws -> ArraySlice<UInt8> {
        while held.count < count {
            let part = try source.read(upTo: max(count - held.count, 1 << 16))
            if part.isEmpty { break }
            held = held.isEmpty ? part[...] : [UInt8](held + part)[...]
        }
        return held.prefix(count)
    }

    /// The next `count` bytes; `subject` names what is cut short if there are fewer.
    ///
    /// Memory grows with the bytes that arrive, not with what `count` promises; room that no byte
    /// has touched costs nothing, so it is made in few and large strides. `seen` is given each part
    /// as it arrives.
    package mutating func take(
        _ count: Int, of subject: String, seen: ([UInt8]) -> Void = { _ in }
    ) throws -> [UInt8] {
        guard count > 0 else { return [] }
        var bytes = try read(upTo: min(count, 1 << 20))
        seen(bytes)
        if bytes.count < count { bytes.reserveCapacity(min(count, 1 << 24)) }
        while bytes.count < count {
            let part = try read(upTo: min(count - bytes.count, 1 << 20))
            guard !part.isEmpty else {
                throw MalformedInput(
                    "\(subject): expected \(count) bytes, found the end after \(bytes.count)")
            }
            seen(part)
            if bytes.count + part.count > bytes.capacity {
                bytes.reserveCapacity(min(count, 128 * bytes.count))
                bytes.useHugePages()
            }
            bytes += part
        }
        return bytes
    }

    /// The next bytes, at most `count`, or none at the end.
    package mutating func read(upTo count: Int) throws -> [UInt8] {
        if held.isEmpty {
            let part = try source.read(upTo: count)
            offset += UInt64(part.count)
            return part
        }
        let part = [UInt8](held.prefix(count))
        held = held.dropFirst(count)
        offset += UInt64(part.count)
        return part
    }

    /// The next line without its line feed, or nil at the end; one of more than `limit` bytes is
    /// refused.
    package mutating func line(limit: Int) throws -> [UInt8]? {
        guard try !isAtEnd() else { return nil }
        var line: [UInt8] = []
        while try !isAtEnd() {
            let end = held.firstIndex(of: UInt8(ascii: "\n"))
            let part = held[..<(end ?? held.endIndex)]
            guard line.count + part.count <= limit else {
                throw MalformedInput("expected a line of at most \(limit) bytes, found more")
            }
            line += part
            let taken = part.count + (end == nil ? 0 : 1)
            offset += UInt64(taken)
            held = held.dropFirst(taken)
            if end != nil { break }
        }
        return line
    }

    /// Whether no byte is left.
    package mutating func isAtEnd() throws -> Bool {
        try peek(1).isEmpty
    }
}
