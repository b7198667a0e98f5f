package import LanguageModel

/// The operators of one inner step of AdamW, from the opening state to the closing one, in an order in
/// which every operator reads earlier ones only.
///
/// What they compute is docs/model.md, sections 3 to 6, written out one intermediate value an operator.
/// A chain or reduction over more than `blockLength` terms is several operators, each going on from
/// the one before, so that no element ever needs more than two blocks of numbers.
package struct StepGraph: Sendable {
    /// The operators in order.
    package private(set) var operators: [Operator] = []
    /// The operators whose values are the state after the step, by buffer and tensor.
    package internal(set) var closing: [StateTensor: Int] = [:]
    /// Inner steps it takes: 1, or 0 of the compression that ends a round.
    package let steps: Int

    let model: ModelConfiguration
    let layout: ParameterLayout
    let sequences: Int
    let tokens: Int

    /// The most terms of a chain or reduction that one operator adds up.
    package static let blockLength = 4_096

    /// A tensor of a buffer of the state.
    package struct StateTensor: Hashable, Sendable {
        /// `parameters`, `first_moment`, `second_moment` or `residual`.
        package let buffer: String
        /// The tensor's name.
        package let tensor: String

        /// A tensor of a buffer.
        package init(_ buffer: String, _ tensor: String) {
            self.buffer = buffer
            self.tensor = tensor
        }
    }

    /// The buffers of a state in the order in which its root takes them.
    package static let buffers = ["parameters", "first_moment", "second_moment", "residual"]

    /// The step of a model on `sequences` rows of `tokens` tokens each.
    package static func step(
        of model: ModelConfiguration, sequences: Int, tokens: Int
    ) -> StepGraph {
        var builder = StepBuilder(StepGraph(model, steps: 1, sequences, tokens))
        builder.build()
        return builder.graph
    }

    /// A graph without operators.
    init(_ model: ModelConfiguration, steps: Int, _ sequences: Int, _ tokens: Int) {
        self.model = model
        self.steps = steps
        self.sequences = sequences
        self.tokens = tokens
        layout = ParameterLayout(model)
    }

    /// Adds an operator; gives its number.
    mutating func add(
        _ name: String, _ kind: OperatorKind, _ inputs: [Int], settings: [Int] = [],
        _ rows: Int, _ columns: Int
    ) -> Int {
        operators.append(
            Operator(
                name: name, kind: kind, inputs: inputs, settings: settings,
                shape: Operator.Shape(rows, columns)))
        return operators.count - 1
    }

    func shape(_ number: Int) -> Operator.Shape { operators[number].shape }
}

/// What a step begins with beside the state.
struct StepSources {
    /// `[3, N]`: tokens read, targets (−1 where none is predicted), first key of each query.
    let batch: Int
    /// `[T, D]`: cosines, then sines, of each position.
    let rotation: Int
    private let constants: [String: Int]

    init(_ graph: inout StepGraph) {
        let N = graph.sequences * graph.tokens
        batch = graph.add("batch", .source, [], 3, N)
        rotation = graph.add("rotation", .source, [], graph.tokens, graph.model.headSize)
        var constants: [String: Int] = [:]
        for name in StepConstants.names {
            constants[name] = graph.add("constant.\(name)", .source, [], 1, 1)
        }
        self.constants = constants
    }

    subscript(constant name: String) -> Int {
        guard let number = constants[name] else { preconditionFailure("no constant \(name)") }
        return number
    }
}
