extension JSON {
    /// The one spelling that is signed and hashed: members sorted by key bytes, no spaces.
    package func canonicalBytes() -> [UInt8] {
        var writer = JSONWriter(sortsMembers: true)
        writer.write(self)
        return writer.bytes
    }

    /// The compact text with members in their order.
    package func orderedBytes() -> [UInt8] {
        var writer = JSONWriter(sortsMembers: false)
        writer.write(self)
        return writer.bytes
    }

    /// The same as text.
    package var orderedText: String { String(decoding: orderedBytes(), as: UTF8.self) }

    /// The same as a line of newline-delimited JSON.
    package var orderedLine: [UInt8] { orderedBytes() + [UInt8(ascii: "\n")] }

    /// Text for people: members in their order, two spaces a level, a final line feed.
    package func prettyBytes() -> [UInt8] {
        var writer = JSONWriter(sortsMembers: false, indentation: 2)
        writer.write(self)
        return writer.bytes + [0x0A]
    }
}

/// A writer of JSON text with the fewest escapes.
private struct JSONWriter {
    let sortsMembers: Bool
    var indentation: Int?
    var depth = 0
    var bytes: [UInt8] = []

    init(sortsMembers: Bool, indentation: Int? = nil) {
        self.sortsMembers = sortsMembers
        self.indentation = indentation
    }

    mutating func write(_ value: JSON) {
        switch value {
        case .null: bytes += "null".utf8
        case .bool(let value): bytes += (value ? "true" : "false").utf8
        case .integer(let value): bytes += String(value).utf8
        case .number(let text): bytes += text.utf8
        case .string(let text): write(text)
        case .array(let elements): write(elements)
        case .object(let members): write(members)
        }
    }

    private mutating func write(_ elements: [JSON]) {
        bytes.append(UInt8(ascii: "["))
        depth += 1
        for (index, element) in elements.enumerated() {
            separate(index)
            write(element)
        }
        close(elements.isEmpty, UInt8(ascii: "]"))
    }

    private mutating func write(_ members: [JSONMember]) {
        let ordered =
            sortsMembers && !members.isSorted
            ? members.sorted { $0.key.precedesByBytes($1.key) } : members
        bytes.append(UInt8(ascii: "{"))
        depth += 1
        for (index, member) in ordered.enumerated() {
            separate(index)
            write(member.key)
            bytes.append(UInt8(ascii: ":"))
            if indentation != nil { bytes.append(UInt8(ascii: " ")) }
            write(member.value)
        }
        close(members.isEmpty, UInt8(ascii: "}"))
    }

    private mutating func separate(_ index: Int) {
        if index > 0 { bytes.append(UInt8(ascii: ",")) }
        breakLine()
    }

    private mutating func close(_ isEmpty: Bool, _ bracket: UInt8) {
        depth -= 1
        if !isEmpty { breakLine() }
        bytes.append(bracket)
    }

    private mutating func breakLine() {
        guard let indentation else { return }
        bytes.append(0x0A)
        bytes += repeatElement(0x20, count: indentation * depth)
    }

    private mutating func write(_ text: String) {
        bytes.append(UInt8(ascii: "\""))
        guard text.utf8.contains(where: Self.isEscaped) else {
            bytes += text.utf8
            return bytes.append(UInt8(ascii: "\""))
        }
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "\""), UInt8(ascii: "\\"): bytes += [UInt8(ascii: "\\"), byte]
            case 0x08: bytes += "\\b".utf8
            case 0x09: bytes += "\\t".utf8
            case 0x0A: bytes += "\\n".utf8
            case 0x0C: bytes += "\\f".utf8
            case 0x0D: bytes += "\\r".utf8
            case 0..<0x20: bytes += "\\u00\(Hex.encode([byte]))".utf8
            default: bytes.append(byte)
            }
        }
        bytes.append(UInt8(ascii: "\""))
    }

    private static func isEscaped(_ byte: UInt8) -> Bool {
        byte < 0x20 || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\")
    }
}

extension [JSONMember] {
    /// Whether the keys are in the order of their bytes.
    fileprivate var isSorted: Bool {
        zip(self, dropFirst()).allSatisfy { $0.key.precedesByBytes($1.key) }
    }
}
