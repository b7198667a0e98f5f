/// Money: a whole number of base units, in JSON a string of decimal digits such as `"1000"`.
package enum Amount {
    /// The amount that `text` states, or nil unless it is the one canonical spelling of a UInt64.
    package static func parse(_ text: String) -> UInt64? {
        let digits = text.utf8
        guard !digits.isEmpty, digits.count <= 20,
            digits.allSatisfy({ (0x30...0x39).contains($0) }),
            digits.count == 1 || digits.first != 0x30
        else { return nil }
        return UInt64(text)
    }

    /// The JSON form of `amount` base units.
    package static func json(_ amount: UInt64) -> JSON {
        .string(String(amount))
    }
}

extension JSONFields {
    /// The amount in field `name`, more than none, or nil if the field is absent.
    package mutating func positiveAmount(_ name: String) throws(MalformedInput) -> UInt64? {
        try optionalValue(name, expected: "base units from 1, as a string of digits") {
            $0.string.flatMap(Amount.parse).flatMap { $0 > 0 ? $0 : nil }
        }
    }
}
