package import Numerics

/// The value of every operator of a step.
package struct StepValues: Sendable {
    /// The operators.
    package let graph: StepGraph
    /// Their values in order, row after row.
    package private(set) var values: [FloatView]

    /// Computes every operator from what a step begins with.
    ///
    /// `alter` sees each value once it is computed and may change it, as somebody who cheats would:
    /// all later values follow from the changed one.
    package init(
        _ beginning: StepBeginning, arithmetic: Arithmetic,
        alter: (_ number: Int, _ value: FloatView) -> Void = { _, _ in }
    ) {
        graph = beginning.graph
        values = []
        values.reserveCapacity(graph.operators.count)
        for (number, step) in graph.operators.enumerated() {
            let value = beginning.value(of: step) ?? compute(step, arithmetic)
            precondition(value.count == step.shape.count, "\(step.name) has its shape")
            StepValues.unifyNaN(value)
            alter(number, value)
            values.append(value)
        }
    }

    /// Writes every NaN as the one that files hold, so that no root depends on the processor's.
    private static func unifyNaN(_ value: FloatView) {
        for index in value.indices where value[index].isNaN {
            value[index] = Float(bitPattern: 0x7FC0_0000)
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
            // One side may end in zeros that only fill up its last row.
            let count = min(values[input].count, value.count - offset)
            value[offset..<offset + count].copy(from: values[input][0..<count])
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
