package import Encodings
package import Storage

extension JSONFields {
    /// The digests in the array `name`.
    package mutating func digests(_ name: String) throws(MalformedInput) -> [Digest] {
        try elements(name, expected: "an array of digests") {
            $0.string.flatMap(Digest.init(hex:))
        }
    }

    /// The integers in the array `name`, each in `range`.
    package mutating func integers(
        _ name: String, in range: ClosedRange<Int64>
    ) throws(MalformedInput) -> [Int64] {
        try elements(name, expected: "an array of integers from 0 to \(range.upperBound)") {
            $0.integer.flatMap { range.contains($0) ? $0 : nil }
        }
    }

    /// The number in `name`: the nearest double, rounded to the nearest float.
    package mutating func float(
        _ name: String, in range: ClosedRange<Double>
    ) throws(MalformedInput) -> Float {
        Float(try number(name, in: range))
    }

    /// The number in `name`.
    package mutating func number(
        _ name: String, in range: ClosedRange<Double>
    ) throws(MalformedInput) -> Double {
        try value(name, expected: JSONFields.expectation(range)) {
            $0.double.flatMap { range.contains($0) ? $0 : nil }
        }
    }

    /// The number in `name` as `float` reads it, or nil if there is no such field.
    package mutating func optionalFloat(
        _ name: String, in range: ClosedRange<Double>
    ) throws(MalformedInput) -> Float? {
        try optionalValue(name, expected: JSONFields.expectation(range)) {
            $0.double.flatMap { range.contains($0) ? Float($0) : nil }
        }
    }

    /// The integer in `name`, or nil if there is no such field.
    package mutating func optionalInteger(
        _ name: String, in range: ClosedRange<Int64>
    ) throws(MalformedInput) -> Int64? {
        try optionalValue(
            name, expected: "an integer from \(range.lowerBound) to \(range.upperBound)"
        ) { value in
            value.integer.flatMap { range.contains($0) ? $0 : nil }
        }
    }

    /// The one of `names` that stands in the field `name`.
    package mutating func choice(
        _ name: String, of names: [String]
    ) throws(MalformedInput) -> String {
        try value(name, expected: names.joined(separator: ", ")) { value in
            names.first { value.string?.hasSameBytes(as: $0) == true }
        }
    }

    /// The same, or nil if there is no such field.
    package mutating func optionalChoice(
        _ name: String, of names: [String]
    ) throws(MalformedInput) -> String? {
        try optionalValue(name, expected: names.joined(separator: ", ")) { value in
            names.first { value.string?.hasSameBytes(as: $0) == true }
        }
    }

    private static func expectation(_ range: ClosedRange<Double>) -> String {
        "a number from \(range.lowerBound) to \(range.upperBound)"
    }

    private mutating func elements<Element>(
        _ name: String, expected: String, _ interpret: (JSON) -> Element?
    ) throws(MalformedInput) -> [Element] {
        try value(name, expected: expected) { value in
            guard let array = value.array else { return nil }
            let elements = array.compactMap(interpret)
            return elements.count == array.count ? elements : nil
        }
    }
}
