/// A strict reader of JSON text (RFC 8259): one value, no byte-order mark, no duplicate keys.
struct JSONReader {
    let bytes: [UInt8]
    let limits: JSONLimits
    var position = 0
    /// The values begun so far.
    private var values = 0
    /// Whether everything so far is spelled as `JSON.canonicalBytes` spells it.
    var isCanonical = true

    init(_ bytes: [UInt8], limits: JSONLimits) {
        self.bytes = bytes
        self.limits = limits
    }

    /// The one value of the whole input.
    mutating func document() throws(MalformedInput) -> JSON {
        guard bytes.count <= limits.bytes else {
            throw MalformedInput("expected at most \(limits.bytes) bytes, found \(bytes.count)")
        }
        skipSpace()
        let result = try value(depth: 0)
        skipSpace()
        guard position == bytes.count else {
            throw fault("expected the end after the value")
        }
        return result
    }

    /// The value that starts here, inside `depth` arrays and objects.
    private mutating func value(depth: Int) throws(MalformedInput) -> JSON {
        values += 1
        guard values <= limits.values else {
            throw fault("expected at most \(limits.values) values, found more")
        }
        switch peek {
        case UInt8(ascii: "{"): return .object(try members(depth: depth + 1))
        case UInt8(ascii: "["): return .array(try elements(depth: depth + 1))
        case UInt8(ascii: "\""): return .string(try string())
        case .some(UInt8(ascii: "-")), .some(UInt8(ascii: "0")...UInt8(ascii: "9")):
            return try number()
        case UInt8(ascii: "t"): return try literal("true", .bool(true))
        case UInt8(ascii: "f"): return try literal("false", .bool(false))
        case UInt8(ascii: "n"): return try literal("null", .null)
        default: throw fault("expected a value")
        }
    }

    private mutating func elements(depth: Int) throws(MalformedInput) -> [JSON] {
        try open(depth)
        var result: [JSON] = []
        if take(UInt8(ascii: "]")) { return result }
        while true {
            result.append(try value(depth: depth))
            skipSpace()
            if take(UInt8(ascii: "]")) { return result }
            guard take(UInt8(ascii: ",")) else { throw fault("expected ',' or ']'") }
            skipSpace()
        }
    }

    private mutating func members(depth: Int) throws(MalformedInput) -> [JSONMember] {
        let start = position
        try open(depth)
        var result: [JSONMember] = []
        // Records have about so many; objects within are too many to be generous.
        if depth == 1 { result.reserveCapacity(8) }
        if take(UInt8(ascii: "}")) { return result }
        while true {
            guard peek == UInt8(ascii: "\"") else { throw fault("expected a key in quotes") }
            let key = try string()
            skipSpace()
            guard take(UInt8(ascii: ":")) else { throw fault("expected ':'") }
            skipSpace()
            if let last = result.last, !last.key.precedesByBytes(key) { isCanonical = false }
            result.append(JSONMember(key: key, value: try value(depth: depth)))
            skipSpace()
            if take(UInt8(ascii: "}")) { break }
            guard take(UInt8(ascii: ",")) else { throw fault("expected ',' or '}'") }
            skipSpace()
        }
        if let key = result.firstDuplicateKey {
            throw fault("expected distinct keys, found \(MalformedInput.quoted(key)) twice", start)
        }
        return result
    }

    /// Enters an array or object: checks the depth and steps over the bracket and spaces.
    private mutating func open(_ depth: Int) throws(MalformedInput) {
        guard depth <= limits.depth else {
            throw fault("expected at most \(limits.depth) levels of nesting")
        }
        position += 1
        skipSpace()
    }

    private mutating func literal(_ text: String, _ value: JSON) throws(MalformedInput) -> JSON {
        let end = position + text.utf8.count
        guard end <= bytes.count, bytes[position..<end].elementsEqual(text.utf8) else {
            throw fault("expected a value")
        }
        position = end
        return value
    }
}

extension JSONReader {
    /// The byte here, or nil at the end.
    var peek: UInt8? {
        position < bytes.count ? bytes[position] : nil
    }

    /// Steps over `byte` if it is here.
    mutating func take(_ byte: UInt8) -> Bool {
        guard peek == byte else { return false }
        position += 1
        return true
    }

    /// Steps over space, tab, line feed and carriage return.
    mutating func skipSpace() {
        while let byte = peek, byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 {
            position += 1
            isCanonical = false
        }
    }

    /// An error at `offset`, or here, saying what was found in place of what was expected.
    func fault(_ expectation: String, _ offset: Int? = nil) -> MalformedInput {
        let offset = offset ?? position
        guard !expectation.contains(", found ") else {
            return MalformedInput("at byte \(offset): \(expectation)")
        }
        guard offset < bytes.count else {
            return MalformedInput("at byte \(offset): \(expectation), found the end of the input")
        }
        let byte = bytes[offset]
        let found =
            (0x21...0x7E).contains(byte)
            ? "'\(Character(Unicode.Scalar(byte)))'" : "byte 0x\(Hex.encode([byte]))"
        return MalformedInput("at byte \(offset): \(expectation), found \(found)")
    }
}
