import LanguageModel

/// Sections 5 and 6 of docs/model.md: norm, clipping and AdamW.
extension StepBuilder {
    mutating func addDescent(_ gradients: [String: Int]) {
        let clip = addClipping(graph.layout.tensors.compactMap { gradients[$0.name] })
        for tensor in graph.layout.tensors {
            guard let gradient = gradients[tensor.name] else {
                preconditionFailure("\(tensor.name) has a gradient")
            }
            let (p, m, v) = (
                opening("parameters", tensor.name), opening("first_moment", tensor.name),
                opening("second_moment", tensor.name)
            )
            let first = each(
                "first_moment/\(tensor.name)/after", .firstMoment, gradient, clip, m,
                sources[constant: "first_rate"])
            let second = each(
                "second_moment/\(tensor.name)/after", .secondMoment, gradient, clip, v,
                sources[constant: "second_rate"], sources[constant: "second_decay"])
            let weights = each(
                "parameters/\(tensor.name)/after", .descent, p, first, second,
                sources[constant: "minus_step_size"], sources[constant: "root_correction"],
                sources[constant: "epsilon"],
                sources[constant: tensor.decays ? "decay_factor" : "one"])
            for (buffer, value) in zip(
                StepGraph.buffers,
                [weights, first, second, opening("residual", tensor.name)])
            {
                graph.closing[StepGraph.StateTensor(buffer, tensor.name)] = value
            }
        }
    }

    /// What gradients are multiplied by.
    private mutating func addClipping(_ gradients: [Int]) -> Int {
        let count = graph.layout.count
        let block = StepGraph.blockLength
        let rows = (count + block - 1) / block
        let offsets = graph.layout.tensors.map(\.range.lowerBound)
        let flat = graph.add("gradient", .flatten, gradients, settings: offsets, rows, block)
        let squares = reduce("gradient.squares", .laneProduct, [flat, flat])
        let row = transpose(squares)
        let norm = graph.add("gradient.norm", .norm, [row], 1, 1)
        return each("gradient.clip", .clipScale, norm, sources[constant: "gradient_clip"])
    }
}
