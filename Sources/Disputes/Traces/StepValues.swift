package import LanguageModel
package import Numerics

/// The value of every operator of a step.
package struct StepValues: Sendable {
    /// The operators.
    package let graph: StepGraph
    /// Their values in order, row after row.
    package private(set) var values: [FloatView]

    /// The values already known.
    init(graph: StepGraph, values: [FloatView]) {
        self.graph = graph
        self.values = values
    }

    /// Computes every operator from what a step begins with.
    ///
    /// `alter` sees each value once it is computed and may change it, as somebody who cheats would:
    /// all later values follow from the changed one.
    package init(
        _ graph: StepGraph, beginning: StepBeginning, arithmetic: Arithmetic,
        alter: (_ number: Int, _ value: FloatView) -> Void = { _, _ in }
    ) {
        self.graph = graph
        values = []
        values.reserveCapacity(graph.operators.count)
        for (number, step) in graph.operators.enumerated() {
            let value = beginning.value(of: step) ?? compute(step, arithmetic)
            precondition(value.count == step.shape.count, "\(step.name) has its shape")
            alter(number, value)
            values.append(value)
        }
    }

    /// The inputs of an operator, of the values known so far.
    func inputs(of step: Operator) -> KnownInputs {
        KnownInputs(
            values: step.inputs.map { values[$0] },
            shapes: step.inputs.map { graph.operators[$0].shape })
    }

    private func matrix(_ number: Int) -> Matrix {
        let shape = graph.operators[number].shape
        return Matrix(values[number], rows: shape.rows, columns: shape.columns)
    }

    private func compute(_ step: Operator, _ arithmetic: Arithmetic) -> FloatView {
        let value = FloatView(count: step.shape.count)
        switch step.kind {
        case .chain: product(step, into: value, arithmetic)
        case .transpose: transpose(step, into: value, arithmetic)
        case .flatten: flatten(step, into: value)
        case .lookupGradient: addLookups(step, into: value)
        default:
            let (inputs, columns) = (inputs(of: step), step.shape.columns)
            arithmetic.parallelFor(step.shape.rows) { row in
                let elements = step.values(row: row, 0..<columns, from: inputs)
                value[row * columns..<(row + 1) * columns].copy(from: elements)
            }
        }
        return value
    }

    // The bits of these are those of `Operator.values`; they only take fewer detours.

    private func product(_ step: Operator, into value: FloatView, _ arithmetic: Arithmetic) {
        let terms = step.settings[0]..<step.settings[1]
        let accumulates = step.inputs.count > 2
        if accumulates { value.copy(from: values[step.inputs[2]]) }
        arithmetic.product(
            matrix(step.inputs[0]).columns(terms),
            matrix(step.inputs[1]).columns(terms).transpose,
            into: Matrix(value, rows: step.shape.rows, columns: step.shape.columns),
            accumulate: accumulates)
    }

    private func transpose(_ step: Operator, into value: FloatView, _ arithmetic: Arithmetic) {
        let (input, length) = (matrix(step.inputs[0]), step.settings[0])
        arithmetic.parallelFor(step.shape.rows) { row in
            let first = row / input.columns * length
            for column in 0..<length {
                value[row * length + column] = input[first + column, row % input.columns]
            }
        }
    }

    private func flatten(_ step: Operator, into value: FloatView) {
        for (offset, input) in zip(step.settings, step.inputs) {
            value[offset..<offset + values[input].count].copy(from: values[input])
        }
    }

    private func addLookups(_ step: Operator, into value: FloatView) {
        if step.inputs.count > 2 { value.copy(from: values[step.inputs[2]]) }
        let (gradients, tokens) = (matrix(step.inputs[0]), matrix(step.inputs[1]))
        for n in step.settings[0]..<step.settings[1] {
            let first = Int(tokens[0, n]) * step.shape.columns
            for column in 0..<step.shape.columns { value[first + column] += gradients[column, n] }
        }
    }
}

/// Inputs whose values are known.
struct KnownInputs: OperatorInputs {
    let values: [FloatView]
    let shapes: [Operator.Shape]

    func shape(_ input: Int) -> Operator.Shape { shapes[input] }

    func read(_ input: Int, row: Int, _ columns: Range<Int>) -> [Float] {
        let first = row * shapes[input].columns
        return values[input][first + columns.lowerBound..<first + columns.upperBound].array
    }
}

/// What a step begins with: the values of the operators that compute nothing.
package struct StepBeginning: Sendable {
    private let values: [String: FloatView]

    /// The beginning of a step on `sequences` from buffers of the state, each in layout order.
    package init(
        _ graph: StepGraph, sequences: [TokenSequence], constants: StepConstants,
        buffers: [String: FloatView]
    ) {
        var values = constants.values.reduce(into: [String: FloatView]()) {
            $0["constant.\($1.key)"] = FloatView(copying: [$1.value])
        }
        values["batch"] = FloatView(copying: StepBeginning.batch(sequences))
        values["rotation"] = FloatView(
            copying: graph.model.rotation(tokens: graph.tokens))
        for (buffer, elements) in buffers {
            for tensor in graph.layout.tensors {
                values["\(buffer)/\(tensor.name)"] = elements[tensor.range]
            }
        }
        self.values = values
    }

    func value(of step: Operator) -> FloatView? {
        guard step.kind == .source || step.kind == .state else { return nil }
        guard let value = values[step.name] else {
            preconditionFailure("no value of \(step.name)")
        }
        // What a step computes must not change what it began with.
        return FloatView(copying: value.array)
    }

    /// Tokens read, targets and first keys, `[3, N]`.
    private static func batch(_ sequences: [TokenSequence]) -> [Float] {
        var (tokens, targets, starts) = ([Float](), [Float](), [Float]())
        for sequence in sequences {
            tokens += sequence.tokens.dropLast().map { Float($0) }
            targets += zip(sequence.tokens.dropFirst(), sequence.predictions)
                .map { $1 ? Float($0) : -1 }
            for run in sequence.attentionRuns {
                starts += run.map { _ in Float(run.lowerBound) }
            }
        }
        return tokens + targets + starts
    }
}
