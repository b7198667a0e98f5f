/// Reads the fields of one object, each once, and refuses the ones that nobody asked for.
package struct JSONFields {
    private let subject: String
    private let members: [JSONMember]
    private var isRead: [Bool]

    /// The fields of the object `json`, which errors call `subject`.
    package init(_ json: JSON, of subject: String) throws(MalformedInput) {
        guard let members = json.object else {
            throw MalformedInput("expected an object, found \(json.summary)", in: subject)
        }
        self.subject = subject
        self.members = members
        isRead = [Bool](repeating: false, count: members.count)
    }

    /// Refuses the object if it has a field that was not read.
    package func finish() throws(MalformedInput) {
        guard let index = isRead.firstIndex(of: false) else { return }
        throw MalformedInput(
            "unknown field '\(members[index].key.prefix(64))'", in: subject)
    }

    /// The value of the field `name`, or nil if there is none.
    package mutating func optionalValue(_ name: String) -> JSON? {
        guard let index = members.firstIndex(where: { $0.key.hasSameBytes(as: name) }) else {
            return nil
        }
        precondition(!isRead[index], "field \(name) is read once")
        isRead[index] = true
        return members[index].value
    }

    /// The value of the field `name`, whatever it is.
    package mutating func value(_ name: String) throws(MalformedInput) -> JSON {
        guard let value = optionalValue(name) else {
            throw MalformedInput("missing field '\(name)'", in: subject)
        }
        return value
    }

    /// The error that field `name` holds `value` in place of what was expected.
    package func mismatch(_ name: String, expected: String, found value: JSON) -> MalformedInput {
        .field(name, expected: expected, found: value.summary).within(subject)
    }

    /// The value of field `name` under `interpret`, which returns nil for what is not `expected`.
    package mutating func value<Result>(
        _ name: String, expected: @autoclosure () -> String, as interpret: (JSON) -> Result?
    ) throws(MalformedInput) -> Result {
        let value = try value(name)
        guard let result = interpret(value) else {
            throw mismatch(name, expected: expected(), found: value)
        }
        return result
    }

    /// As `value(_:expected:as:)`, or nil if the field is absent.
    package mutating func optionalValue<Result>(
        _ name: String, expected: @autoclosure () -> String, as interpret: (JSON) -> Result?
    ) throws(MalformedInput) -> Result? {
        guard let value = optionalValue(name) else { return nil }
        guard let result = interpret(value) else {
            throw mismatch(name, expected: expected(), found: value)
        }
        return result
    }

    /// As `value(_:expected:as:)`, or nil if the field, which must be there, is `null`.
    package mutating func nullableValue<Result>(
        _ name: String, expected: @autoclosure () -> String, as interpret: (JSON) -> Result?
    ) throws(MalformedInput) -> Result? {
        let value = try value(name)
        guard value != .null else { return nil }
        guard let result = interpret(value) else {
            throw mismatch(name, expected: expected() + " or null", found: value)
        }
        return result
    }
}
