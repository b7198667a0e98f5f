extension JSONFields {
    /// The longest string that `string(_:)` returns unless told otherwise, in bytes.
    package static let maximumStringLength = 65_536

    /// The string in field `name`, of at most `limit` bytes.
    package mutating func string(
        _ name: String, limit: Int = maximumStringLength
    ) throws(MalformedInput) -> String {
        try value(name, expected: Expectation.string(limit)) { $0.string(limit: limit) }
    }

    /// Checks that field `name` is exactly `text`, as for a record's type.
    package mutating func constant(_ name: String, _ text: String) throws(MalformedInput) {
        _ = try value(name, expected: "\"\(text)\"") { value in
            value.string.flatMap { $0.hasSameBytes(as: text) ? $0 : nil }
        }
    }

    /// The integer in field `name`, which must lie in `range`.
    package mutating func integer(
        _ name: String, in range: ClosedRange<Int64>
    ) throws(MalformedInput) -> Int64 {
        try value(name, expected: Expectation.integer(range)) { $0.integer(in: range) }
    }

    /// The truth value in field `name`.
    package mutating func bool(_ name: String) throws(MalformedInput) -> Bool {
        try value(name, expected: "true or false") { $0.bool }
    }

    /// The finite number in field `name`, as the nearest double.
    package mutating func double(_ name: String) throws(MalformedInput) -> Double {
        try value(name, expected: "a number") { $0.double }
    }

    /// The elements of the array in field `name`, at most `limit` of them.
    package mutating func array(
        _ name: String, limit: Int = .max
    ) throws(MalformedInput) -> [JSON] {
        try value(name, expected: Expectation.array(limit)) { value in
            value.array.flatMap { $0.count <= limit ? $0 : nil }
        }
    }

    /// The members of the object in field `name`.
    package mutating func object(_ name: String) throws(MalformedInput) -> [JSONMember] {
        try value(name, expected: "an object") { $0.object }
    }

    /// The object in field `name`, to be read field by field.
    package mutating func fields(_ name: String) throws(MalformedInput) -> JSONFields {
        let value = try value(name, expected: "an object") { $0.object == nil ? nil : $0 }
        return try JSONFields(value, of: "field '\(name)'")
    }

    /// The `count` bytes that field `name` holds as lower-case hexadecimal digits.
    package mutating func hexBytes(
        _ name: String, count: Int
    ) throws(MalformedInput) -> [UInt8] {
        try value(name, expected: Expectation.hex(count)) { $0.hexBytes(count: count) }
    }

    /// The amount of money in field `name`, in base units.
    package mutating func amount(_ name: String) throws(MalformedInput) -> UInt64 {
        try value(name, expected: Expectation.amount) { $0.string.flatMap(Amount.parse) }
    }
}

extension JSONFields {
    /// The string in field `name`, or nil if there is no such field.
    package mutating func optionalString(
        _ name: String, limit: Int = maximumStringLength
    ) throws(MalformedInput) -> String? {
        try optionalValue(name, expected: Expectation.string(limit)) { $0.string(limit: limit) }
    }

    /// The truth value in field `name`, or nil if there is no such field.
    package mutating func optionalBool(_ name: String) throws(MalformedInput) -> Bool? {
        try optionalValue(name, expected: "true or false") { $0.bool }
    }

    /// The elements of the array in field `name`, or nil if there is no such field.
    package mutating func optionalArray(
        _ name: String, limit: Int = .max
    ) throws(MalformedInput) -> [JSON]? {
        try optionalValue(name, expected: Expectation.array(limit)) { value in
            value.array.flatMap { $0.count <= limit ? $0 : nil }
        }
    }

    /// The string in field `name`, or nil if the field is `null`.
    package mutating func nullableString(
        _ name: String, limit: Int = maximumStringLength
    ) throws(MalformedInput) -> String? {
        try nullableValue(name, expected: Expectation.string(limit)) { $0.string(limit: limit) }
    }
}

extension JSONFields {
    /// What `read` makes of field `name`, or nil if there is no such field.
    package mutating func optional<Result>(
        _ name: String, as read: (JSON) throws(MalformedInput) -> Result
    ) throws(MalformedInput) -> Result? {
        guard let value = optionalValue(name) else { return nil }
        return try read(value)
    }

    /// What `read` makes of field `name`, or nil if the field, which must be there, is `null`.
    package mutating func nullable<Result>(
        _ name: String, as read: (JSON) throws(MalformedInput) -> Result
    ) throws(MalformedInput) -> Result? {
        let value = try value(name)
        return value == .null ? nil : try read(value)
    }
}

extension JSON {
    /// The text of a string of at most `limit` bytes.
    fileprivate func string(limit: Int) -> String? {
        string.flatMap { $0.utf8.count <= limit ? $0 : nil }
    }

    /// The value of an integer in `range`.
    fileprivate func integer(in range: ClosedRange<Int64>) -> Int64? {
        integer.flatMap { range.contains($0) ? $0 : nil }
    }

    /// The bytes of a string of exactly `2 * count` lower-case hexadecimal digits.
    fileprivate func hexBytes(count: Int) -> [UInt8]? {
        guard let text = string, text.utf8.count == 2 * count else { return nil }
        return Hex.decode(text)
    }
}

/// The wording of what a field should have held.
private enum Expectation {
    static let amount = "an amount as a string of digits"

    static func string(_ limit: Int) -> String { "a string of at most \(limit) bytes" }

    static func integer(_ range: ClosedRange<Int64>) -> String {
        "an integer from \(range.lowerBound) to \(range.upperBound)"
    }

    static func array(_ limit: Int) -> String {
        limit == .max ? "an array" : "an array of at most \(limit)"
    }

    static func hex(_ count: Int) -> String { "\(2 * count) lower-case hexadecimal digits" }
}
