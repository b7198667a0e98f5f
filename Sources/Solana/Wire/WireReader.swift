import Encodings

/// Reads the fields of Solana's binary formats in order; errors name the field.
struct WireReader {
    private let input: [UInt8]
    private var position: Int

    /// A reader of `bytes`, which begins after the first `start`.
    init(_ bytes: [UInt8], from start: Int = 0) {
        precondition(start <= bytes.count, "the start is within the input")
        input = bytes
        position = start
    }

    /// The bytes that are left.
    var remaining: Int { input.count - position }

    /// The next byte.
    mutating func byte(_ field: String) throws(MalformedInput) -> UInt8 {
        try bytes(1, field)[0]
    }

    /// The next `count` bytes.
    mutating func bytes(_ count: Int, _ field: String) throws(MalformedInput) -> [UInt8] {
        guard count <= remaining else {
            throw MalformedInput("\(field): expected \(count) bytes, found \(remaining)")
        }
        defer { position += count }
        return Array(input[position..<position + count])
    }

    /// The next address.
    mutating func address(_ field: String) throws(MalformedInput) -> Address {
        guard let address = Address(try bytes(Address.byteCount, field)) else {
            preconditionFailure("an address has 32 bytes")
        }
        return address
    }

    /// The next integer of `size` bytes, at most 8, the lowest first.
    mutating func integer(_ size: Int, _ field: String) throws(MalformedInput) -> UInt64 {
        LittleEndian.integer(from: try bytes(size, field)[...])
    }

    /// The next length, which must be in its shortest spelling.
    mutating func length(_ field: String) throws(MalformedInput) -> Int {
        var length = 0
        for place in 0..<3 {
            let byte = try byte(field)
            length |= Int(byte & 0x7F) << (7 * place)
            if byte & 0x80 != 0 { continue }
            guard place == 0 || byte != 0, length <= CompactLength.largest else { break }
            return length
        }
        throw MalformedInput("\(field): expected a compact length of 16 bits in its shortest form")
    }

    /// Refuses bytes that nobody read.
    func finish() throws(MalformedInput) {
        guard remaining == 0 else {
            throw MalformedInput("expected the end, found \(remaining) more bytes")
        }
    }
}
