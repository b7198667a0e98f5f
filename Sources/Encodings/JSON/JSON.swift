/// A JSON value (RFC 8259) whose objects keep the order of their members.
package enum JSON: Sendable {
    /// The literal `null`.
    case null
    /// The literal `true` or `false`.
    case bool(Bool)
    /// A number written as an integer that fits in 64 bits.
    case integer(Int64)
    /// Any other number, as its text.
    case number(String)
    /// A string; two strings are equal when their UTF-8 bytes are.
    case string(String)
    /// An array.
    case array([JSON])
    /// An object; its keys are distinct.
    case object([JSONMember])

    /// The value that the whole of `bytes` spells; the error names the offset of the first fault.
    package init(
        parsing bytes: [UInt8], limits: JSONLimits = .standard
    ) throws(MalformedInput) {
        var reader = JSONReader(bytes, limits: limits)
        self = try reader.document()
    }

    /// The same of bytes that must be the value's canonical spelling.
    package init(
        parsingCanonical bytes: [UInt8], limits: JSONLimits = .standard
    ) throws(MalformedInput) {
        var reader = JSONReader(bytes, limits: limits)
        self = try reader.document()
        guard reader.isCanonical else { throw MalformedInput("the line is not in canonical form") }
    }
}

/// A key and its value in an object.
package struct JSONMember: Sendable, Equatable {
    /// The key.
    package var key: String
    /// The value.
    package var value: JSON

    /// The member `key` with `value`.
    package init(key: String, value: JSON) {
        self.key = key
        self.value = value
    }

    /// Whether key bytes and values are equal.
    package static func == (left: JSONMember, right: JSONMember) -> Bool {
        left.key.hasSameBytes(as: right.key) && left.value == right.value
    }
}

/// How much JSON a reader accepts.
package struct JSONLimits: Sendable {
    /// The longest input in bytes.
    package var bytes: Int
    /// How deep arrays and objects may be nested.
    package var depth: Int
    /// The most values, those in arrays and objects counted too; a value takes more memory than text.
    package var values: Int

    /// Limits of `bytes` of input, nesting to `depth`, and `values`.
    package init(bytes: Int, depth: Int, values: Int = .max) {
        self.bytes = bytes
        self.depth = depth
        self.values = values
    }

    /// 256 MiB nested to 64 levels with 2^25 values, enough for every tokenizer and assignment.
    package static let standard = JSONLimits(bytes: 1 << 28, depth: 64, values: 1 << 25)

    /// 1 MiB nested to 64 levels, for one record.
    package static let record = JSONLimits(bytes: 1 << 20, depth: 64)
}

extension JSON: Equatable {
    /// Whether the values are the same, strings compared by bytes and members in order.
    package static func == (left: JSON, right: JSON) -> Bool {
        switch (left, right) {
        case (.null, .null): true
        case (.bool(let left), .bool(let right)): left == right
        case (.integer(let left), .integer(let right)): left == right
        case (.number(let left), .number(let right)): left.hasSameBytes(as: right)
        case (.string(let left), .string(let right)): left.hasSameBytes(as: right)
        case (.array(let left), .array(let right)): left == right
        case (.object(let left), .object(let right)): left == right
        default: false
        }
    }
}

extension String {
    /// Whether both strings are the same UTF-8 bytes (`==` also equates different spellings).
    package func hasSameBytes(as other: String) -> Bool {
        guard utf8.count == other.utf8.count else { return false }
        let isSame = unsafe utf8.withContiguousStorageIfAvailable { left in
            unsafe other.utf8.withContiguousStorageIfAvailable { right in
                unsafe left.elementsEqual(right)
            }
        }
        return (isSame ?? nil) ?? utf8.elementsEqual(other.utf8)
    }

    /// Whether this string's UTF-8 bytes come before those of `other`.
    package func precedesByBytes(_ other: String) -> Bool {
        utf8.lexicographicallyPrecedes(other.utf8)
    }
}
