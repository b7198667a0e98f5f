import LanguageModel

/// A norm of the rows of a matrix, and what its gradient needs.
struct NormValues {
    let weight: Int
    /// The reciprocal roots r, `[N, 1]`.
    let reciprocals: Int
    /// x·r, `[N, C]`.
    let unit: Int
    /// x·r·w, `[N, C]`.
    let output: Int
}

/// What the forward pass of one layer leaves for its gradients.
struct LayerValues {
    let inputNorm, middleNorm: NormValues
    /// Rotated queries and keys, and values, `[N, …·D]`.
    let query, key, value: Int
    /// p, rows (b, h, i), `[B·H·T, T]`.
    let probabilities: Int
    let attended: Int
    let gate, up, activated: Int
}

/// What the forward pass leaves.
struct ForwardValues {
    let layers: [LayerValues]
    let finalNorm: NormValues
    let logits: Int
}

/// Section 3 of docs/model.md.
extension StepBuilder {
    mutating func addForward() -> ForwardValues {
        let embedding = opening("parameters", "model.embed_tokens.weight")
        var x = graph.add("embedding", .lookup, [sources.batch, embedding], N, model.hiddenSize)
        var layers: [LayerValues] = []
        for layer in 0..<model.layerCount {
            let (values, output) = addLayer(layer, x)
            layers.append(values)
            x = output
        }
        let norm = addNorm("final.norm", x, opening("parameters", "model.norm.weight"))
        return ForwardValues(
            layers: layers, finalNorm: norm, logits: chain("logits", norm.output, head))
    }

    private mutating func addNorm(_ name: String, _ x: Int, _ weight: Int) -> NormValues {
        let squares = reduce("\(name).squares", .laneProduct, [x, x])
        let reciprocals = each(
            "\(name).reciprocals", .reciprocalRoot, squares, sources[constant: "width"],
            sources[constant: "norm_epsilon"])
        let unit = each("\(name).unit", .multiply, x, reciprocals)
        return NormValues(
            weight: weight, reciprocals: reciprocals, unit: unit,
            output: each(name, .multiply, unit, weight))
    }

    private mutating func addLayer(_ layer: Int, _ x: Int) -> (LayerValues, output: Int) {
        let name = { (part: String) in "layer.\(layer).\(part)" }
        let inputNorm = addNorm(name("input.norm"), x, weight(layer, "input_layernorm"))
        let project = { (builder: inout StepBuilder, part: String, title: String) in
            let y = builder.chain(
                name(title), inputNorm.output, builder.weight(layer, "self_attn.\(part)_proj"))
            guard builder.model.family.hasAttentionBias else { return y }
            let bias = builder.opening(
                "parameters", "model.layers.\(layer).self_attn.\(part)_proj.bias")
            return builder.each(name(title + ".biased"), .add, y, bias)
        }
        let unrotated = (project(&self, "q", "query"), project(&self, "k", "key"))
        let value = project(&self, "v", "value")
        let query = addRotation(name("query.rotated"), unrotated.0, backward: false)
        let key = addRotation(name("key.rotated"), unrotated.1, backward: false)
        let probabilities = addProbabilities(name, query, key)
        let valueColumns = transpose(value, tokens: graph.tokens)
        let attended = graph.add(
            name("attended"), .attention, [probabilities, valueColumns, sources.batch],
            settings: headSettings, N, model.querySize)
        let projected = chain(
            name("attention.output"), attended, weight(layer, "self_attn.o_proj"))
        let middle = each(name("middle"), .add, projected, x)
        let middleNorm = addNorm(
            name("middle.norm"), middle, weight(layer, "post_attention_layernorm"))
        let gate = chain(name("gate"), middleNorm.output, weight(layer, "mlp.gate_proj"))
        let up = chain(name("up"), middleNorm.output, weight(layer, "mlp.up_proj"))
        let activated = each(name("activated"), .gate, gate, up)
        let down = chain(name("down"), activated, weight(layer, "mlp.down_proj"))
        let values = LayerValues(
            inputNorm: inputNorm, middleNorm: middleNorm, query: query, key: key, value: value,
            probabilities: probabilities, attended: attended, gate: gate, up: up,
            activated: activated)
        return (values, each(name("output"), .add, down, middle))
    }

    /// T, H, G and D.
    var headSettings: [Int] {
        [graph.tokens, model.headCount, model.keyValueHeadCount, model.headSize]
    }

    mutating func addRotation(_ name: String, _ x: Int, backward: Bool) -> Int {
        graph.add(
            name, .rotation, [x, sources.rotation, sources.batch],
            settings: [graph.tokens, model.headSize, backward ? 1 : 0], N, graph.shape(x).columns)
    }

    private mutating func addProbabilities(
        _ name: (String) -> String, _ query: Int, _ key: Int
    ) -> Int {
        let rows = N * model.headCount
        let scores = graph.add(
            name("scores"), .scores, [query, key, sources.batch], settings: headSettings, rows,
            graph.tokens)
        let maxima = reduce(name("scores.maximum"), .laneMaximum, [scores], isCausal: true)
        let powers = each(name("scores.powers"), .exponential, scores, maxima)
        let sums = reduce(name("scores.sum"), .laneSum, [powers], isCausal: true)
        let reciprocals = each(name("scores.reciprocal"), .reciprocal, sums)
        return each(name("probabilities"), .multiply, powers, reciprocals)
    }
}
