package import Encodings
package import Storage

/// One operator of a step and the matrix of floats it gives, `[rows, columns]`.
package struct Operator: Sendable, Equatable {
    /// What people call it, such as `layer.3.query`.
    package let name: String
    /// What it computes.
    package let kind: OperatorKind
    /// The operators whose values it reads; all come earlier.
    package let inputs: [Int]
    /// The integers its kind needs.
    package let settings: [Int]
    /// The shape of its value.
    package let shape: Shape

    /// The rows and columns of a value.
    package struct Shape: Sendable, Equatable {
        /// Rows.
        package let rows: Int
        /// Columns.
        package let columns: Int

        /// A shape.
        package init(_ rows: Int, _ columns: Int) {
            self.rows = rows
            self.columns = columns
        }

        /// Elements.
        package var count: Int { rows * columns }

        /// Whether a value has these columns of this row.
        package func contains(row: Int, _ columns: Range<Int>) -> Bool {
            (0..<rows).contains(row) && columns.lowerBound >= 0
                && columns.upperBound <= self.columns
        }
    }

    /// An operator of the given parts.
    package init(
        name: String, kind: OperatorKind, inputs: [Int], settings: [Int], shape: Shape
    ) {
        self.name = name
        self.kind = kind
        self.inputs = inputs
        self.settings = settings
        self.shape = shape
    }
}

/// An operator with the root over its value: what a trace commits to.
package struct CommittedOperator: Sendable, Equatable {
    /// The operator.
    package let description: Operator
    /// The root over the tiles of its value.
    package let root: Digest

    /// The most bytes in a line; a `flatten` names the offset of every tensor.
    package static let lineLimit = JSONLimits(bytes: 1 << 20, depth: 2)

    /// The operator with the root over its value.
    package init(_ description: Operator, root: Digest) {
        self.description = description
        self.root = root
    }

    /// Reads the canonical line of operator number `index`, whose inputs must come before it.
    package init(parsing line: [UInt8], index: Int) throws(MalformedInput) {
        var fields = try JSONFields(
            JSON(parsing: line, limits: CommittedOperator.lineLimit), of: "operator \(index)")
        let name = try fields.string("operator")
        let kind = try fields.value(
            "kind", expected: "the name of a kind"
        ) { $0.string.flatMap(OperatorKind.init(rawValue:)) }
        let inputs = try fields.integers("inputs", below: Int64(index))
        let settings = try fields.integers("settings", below: TraceLimits.settings)
        let shape = try fields.integers("shape", below: TraceLimits.sides + 1)
        root = try fields.digest("root")
        try fields.finish()
        guard shape.count == 2, shape[0] > 0, shape[1] > 0,
            shape[0] <= TraceLimits.elements / shape[1]
        else {
            throw MalformedInput("expected two sides of a matrix", in: "operator \(index): shape")
        }
        description = Operator(
            name: name, kind: kind, inputs: inputs, settings: settings,
            shape: Operator.Shape(shape[0], shape[1]))
        guard self.line == line else {
            throw MalformedInput("expected the canonical form", in: "operator \(index)")
        }
    }

    /// The canonical line, without a line feed: a leaf under the root of the trace.
    package var line: [UInt8] {
        let numbers = { (numbers: [Int]) in JSON.array(numbers.map { .integer(Int64($0)) }) }
        let json: JSON = [
            "operator": .string(description.name),
            "kind": .string(description.kind.rawValue),
            "inputs": numbers(description.inputs),
            "settings": numbers(description.settings),
            "shape": numbers([description.shape.rows, description.shape.columns]),
            "root": root.json,
        ]
        return json.orderedBytes()
    }
}

/// How much a trace may hold.
package enum TraceLimits {
    /// Operators of a step.
    package static let operators = 1 << 20
    /// Elements of one value.
    package static let elements = 1 << 36
    /// Rows or columns of one value.
    package static let sides: Int64 = 1 << 36
    /// Tokens of a row.
    package static let tokens = 1 << 24
    /// Heads of a layer, and elements of a head.
    package static let heads = 1 << 12
    /// What a setting is below.
    package static let settings: Int64 = 1 << 40
    /// Numbers in one list.
    package static let numbers = 1 << 16
}

extension JSONFields {
    /// An array of numbers from 0 to below `bound`.
    fileprivate mutating func integers(
        _ name: String, below bound: Int64
    ) throws(MalformedInput) -> [Int] {
        var numbers: [Int] = []
        for value in try array(name, limit: TraceLimits.numbers) {
            guard let number = value.integer, (0..<bound).contains(number) else {
                throw mismatch(name, expected: "numbers from 0 to \(bound - 1)", found: value)
            }
            numbers.append(Int(number))
        }
        return numbers
    }
}
