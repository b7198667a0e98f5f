import LanguageModel

/// Puts the operators of a step together.
struct StepBuilder {
    var graph: StepGraph
    let sources: StepSources
    /// The state's tensors by buffer and name.
    private var state: [StepGraph.StateTensor: Int] = [:]
    private var transposes: [Transposition: Int] = [:]

    private struct Transposition: Hashable {
        let number, tokens: Int
    }

    init(_ graph: StepGraph) {
        self.graph = graph
        sources = StepSources(&self.graph)
    }

    var model: ModelConfiguration { graph.model }
    /// B·T.
    var N: Int { graph.sequences * graph.tokens }

    mutating func build() {
        for buffer in StepGraph.buffers {
            for tensor in graph.layout.tensors {
                let (rows, columns) = (
                    tensor.shape.count == 2 ? tensor.shape[0] : 1, tensor.shape.last ?? 1
                )
                let key = StepGraph.StateTensor(buffer, tensor.name)
                state[key] = graph.add("\(buffer)/\(tensor.name)", .state, [], rows, columns)
            }
        }
        let forward = addForward()
        let gradients = addBackward(forward)
        addDescent(gradients)
    }

    /// The opening value of a tensor of a buffer.
    func opening(_ buffer: String, _ tensor: String) -> Int {
        guard let number = state[StepGraph.StateTensor(buffer, tensor)] else {
            preconditionFailure("no tensor \(buffer)/\(tensor)")
        }
        return number
    }

    /// The weight named `name` of a layer.
    func weight(_ layer: Int, _ name: String) -> Int {
        opening("parameters", "model.layers.\(layer).\(name).weight")
    }

    /// The weight of the head.
    var head: Int {
        opening(
            "parameters", model.tiesEmbeddings ? "model.embed_tokens.weight" : "lm_head.weight")
    }

    // MARK: Parts of which larger operations are made

    /// An element-by-element operator; its shape is that of its first input unless told otherwise.
    mutating func each(
        _ name: String, _ kind: OperatorKind, _ inputs: Int..., like: Int? = nil
    ) -> Int {
        let shape = graph.shape(like ?? inputs[0])
        return graph.add(name, kind, inputs, shape.rows, shape.columns)
    }

    /// The transpose of a matrix, or of each sequence's rows by themselves if `tokens` is given; the
    /// same operator when asked for again.
    mutating func transpose(_ number: Int, tokens: Int? = nil) -> Int {
        let shape = graph.shape(number)
        let length = tokens ?? shape.rows
        let key = Transposition(number: number, tokens: length)
        if let transpose = transposes[key] { return transpose }
        let transpose = graph.add(
            graph.operators[number].name + ".transpose", .transpose, [number], settings: [length],
            shape.rows / length * shape.columns, length)
        transposes[key] = transpose
        return transpose
    }

    /// Rows of `x` times rows of `weight`, block after block, going on from `start`.
    mutating func chain(_ name: String, _ x: Int, _ weight: Int, from start: Int? = nil) -> Int {
        blocks(graph.shape(x).columns, start) { graph, terms, start in
            graph.add(
                name, .chain, [x, weight] + start, settings: terms, graph.shape(x).rows,
                graph.shape(weight).rows)
        }
    }

    /// The gradient of a matrix: rows of the transposed gradient of the output times rows of the
    /// transposed input, a chain over tokens.
    mutating func weightGradient(_ name: String, _ dy: Int, _ x: Int) -> Int {
        let (dyTransposed, xTransposed) = (transpose(dy), transpose(x))
        return chain(name, dyTransposed, xTransposed)
    }

    /// The gradient of a vector: row i of one transpose times row i of the other, or added up.
    mutating func vectorGradient(
        _ name: String, _ kind: OperatorKind, _ factors: Int...
    ) -> Int {
        let transposed = factors.map { transpose($0) }
        return blocks(N, nil) { graph, terms, start in
            graph.add(
                name, kind, transposed + start, settings: terms, 1,
                graph.shape(transposed[0]).rows)
        }
    }

    /// A reduction of rows in lanes, block after block, and the join; with `heads`, of the keys that
    /// queries see.
    mutating func reduce(
        _ name: String, _ kind: OperatorKind, _ inputs: [Int], isCausal: Bool = false
    ) -> Int {
        let rows = graph.shape(inputs[0]).rows
        let causal = isCausal ? [graph.tokens, model.headCount] : []
        let batch = isCausal ? [sources.batch] : []
        let lanes = blocks(graph.shape(inputs[0]).columns, nil) { graph, terms, start in
            graph.add(
                name + ".lanes", kind, inputs + batch + start, settings: terms + causal, rows,
                Operator.lanes)
        }
        return graph.add(
            name, kind == .laneMaximum ? .joinedMaximum : .joinedSum, [lanes], rows, 1)
    }

    /// One operator for each block of `terms` terms, each going on from the one before.
    mutating func blocks(
        _ terms: Int, _ start: Int?,
        _ add: (inout StepGraph, _ terms: [Int], _ start: [Int]) -> Int
    ) -> Int {
        var last = start
        for first in stride(from: 0, to: terms, by: StepGraph.blockLength) {
            let end = min(terms, first + StepGraph.blockLength)
            last = add(&graph, [first, end], last.map { [$0] } ?? [])
        }
        guard let last else { preconditionFailure("a chain has terms") }
        return last
    }
}
