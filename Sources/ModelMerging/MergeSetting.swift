import Encodings

/// A number of a recipe that may differ from tensor to tensor.
package indirect enum MergeSetting: Sendable, Equatable {
    /// The same everywhere.
    case constant(Double)
    /// Numbers at even distances from the first layer to the last, straight lines between them.
    case gradient([Double])
    /// The first case whose filter is a part of the tensor's name, or that has none.
    case filtered([Case])

    /// A setting for some tensors.
    package struct Case: Sendable, Equatable {
        /// A part of the tensor's name; nil for every tensor.
        package let filter: String?
        /// The setting.
        package let value: MergeSetting
    }

    /// The setting a recipe spells: a number, an array of numbers, an object, or an array of such.
    init(_ json: JSON, of name: String) throws(MalformedInput) {
        if let number = json.double {
            self = .constant(number)
            return
        }
        let expected = "a number, numbers, or objects of 'filter' and 'value'"
        guard let elements = json.array ?? (json.object.map { _ in [json] }), !elements.isEmpty
        else {
            throw .field(name, expected: expected, found: json.summary)
        }
        let numbers = elements.compactMap(\.double)
        guard numbers.count < elements.count else {
            self = .gradient(numbers)
            return
        }
        var cases: [Case] = []
        for element in elements {
            guard element.object != nil else {
                throw .field(name, expected: expected, found: element.summary)
            }
            var fields = try JSONFields(element, of: name)
            let filter = try fields.optionalString("filter")
            let value = try MergeSetting(fields.value("value"), of: name)
            try fields.finish()
            cases.append(Case(filter: filter == "*" ? nil : filter, value: value))
        }
        self = .filtered(cases)
    }

    /// The number for `tensor` at `position`, 0 at a slice's first layer and 1 at its last; nil if
    /// no case is for this tensor.
    package func value(of tensor: String, at position: Double) -> Double? {
        switch self {
        case .constant(let value): return value
        case .gradient(let values):
            let place = position * Double(values.count - 1)
            let lower = min(Int(place), values.count - 1)
            let upper = min(lower + 1, values.count - 1)
            let part = place - Double(lower)
            return (1 - part) * values[lower] + part * values[upper]
        case .filtered(let cases):
            for entry in cases where entry.filter.map({ tensor.contains($0) }) ?? true {
                if let value = entry.value.value(of: tensor, at: position) { return value }
            }
            return nil
        }
    }
}
