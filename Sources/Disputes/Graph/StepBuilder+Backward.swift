import LanguageModel

/// Section 4 of docs/model.md.
extension StepBuilder {
    /// The gradient of every tensor by its name.
    mutating func addBackward(_ forward: ForwardValues) -> [String: Int] {
        var gradients: [String: Int] = [:]
        let dLogits = addLoss(forward.logits)
        let headGradient = weightGradient("head.gradient", dLogits, forward.finalNorm.output)
        let headColumns = transpose(head)
        let dNormalized = chain("final.norm.sensitivity", dLogits, headColumns)
        var d = addNormGradient(
            "final.norm", forward.finalNorm, dNormalized, addingTo: nil,
            &gradients["model.norm.weight"])
        for layer in (0..<model.layerCount).reversed() {
            let values = forward.layers[layer]
            d = addFeedForwardGradient(layer, values, d, &gradients)
            d = addAttentionGradient(layer, values, d, &gradients)
        }
        addLookupGradient(d, headGradient, &gradients)
        return gradients
    }

    private mutating func addLoss(_ logits: Int) -> Int {
        let maxima = reduce("logits.maximum", .laneMaximum, [logits])
        let powers = each("logits.powers", .exponential, logits, maxima)
        let sums = reduce("logits.sum", .laneSum, [powers])
        _ = graph.add("losses", .loss, [logits, maxima, sums, sources.batch], N, 1)
        let reciprocals = each("logits.reciprocal", .reciprocal, sums)
        let scaled = each(
            "logits.z-loss", .zLossReciprocal, reciprocals, sums, maxima,
            sources[constant: "z_loss"])
        return graph.add(
            "logits.gradient", .logitGradient,
            [powers, scaled, sources.batch, sources[constant: "loss_scale"]], N,
            model.vocabularySize)
    }

    /// The gradient of a norm's input, added to `addingTo` if there is one.
    private mutating func addNormGradient(
        _ name: String, _ norm: NormValues, _ dy: Int, addingTo dx: Int?, _ gradient: inout Int?
    ) -> Int {
        gradient = vectorGradient("\(name).weight.gradient", .pairedChain, dy, norm.unit)
        let scaled = each("\(name).scaled", .multiply, dy, norm.weight)
        let products = reduce("\(name).product", .laneProduct, [scaled, norm.unit])
        let means = each("\(name).mean", .divide, products, sources[constant: "width"])
        let shape = graph.shape(dy)
        return graph.add(
            "\(name).gradient", .normGradient,
            [scaled, norm.unit, norm.reciprocals, means] + (dx.map { [$0] } ?? []), shape.rows,
            shape.columns)
    }

    private mutating func addFeedForwardGradient(
        _ layer: Int, _ values: LayerValues, _ d: Int, _ gradients: inout [String: Int]
    ) -> Int {
        let name = { (part: String) in "layer.\(layer).\(part)" }
        let tensor = { (part: String) in "model.layers.\(layer).\(part).weight" }
        let downColumns = transpose(weight(layer, "mlp.down_proj"))
        let ds = chain(name("activated.gradient"), d, downColumns)
        gradients[tensor("mlp.down_proj")] = weightGradient(
            name("down.weight.gradient"), d, values.activated)
        let dGate = each(name("gate.gradient"), .gateGradient, ds, values.gate, values.up)
        let dUp = each(name("up.gradient"), .upGradient, ds, values.gate)
        gradients[tensor("mlp.gate_proj")] = weightGradient(
            name("gate.weight.gradient"), dGate, values.middleNorm.output)
        gradients[tensor("mlp.up_proj")] = weightGradient(
            name("up.weight.gradient"), dUp, values.middleNorm.output)
        let (gateColumns, upColumns) = (
            transpose(weight(layer, "mlp.gate_proj")), transpose(weight(layer, "mlp.up_proj"))
        )
        let fromGate = chain(name("middle.norm.sensitivity.gate"), dGate, gateColumns)
        let db = chain(name("middle.norm.sensitivity"), dUp, upColumns, from: fromGate)
        return addNormGradient(
            name("middle.norm"), values.middleNorm, db, addingTo: d,
            &gradients[tensor("post_attention_layernorm")])
    }

    private mutating func addAttentionGradient(
        _ layer: Int, _ values: LayerValues, _ d: Int, _ gradients: inout [String: Int]
    ) -> Int {
        let name = { (part: String) in "layer.\(layer).\(part)" }
        let tensor = { (part: String) in "model.layers.\(layer).\(part)" }
        let outputColumns = transpose(weight(layer, "self_attn.o_proj"))
        let dAttended = chain(name("attended.gradient"), d, outputColumns)
        gradients[tensor("self_attn.o_proj.weight")] = weightGradient(
            name("attention.output.weight.gradient"), d, values.attended)
        let inputs = addHeadGradients(name, values, dAttended)
        var da: Int?
        for (part, dy) in zip(["q", "k", "v"], inputs) {
            let projection = "self_attn.\(part)_proj"
            if model.family.hasAttentionBias {
                gradients[tensor(projection + ".bias")] = vectorGradient(
                    name(part + ".bias.gradient"), .sumInOrder, dy)
            }
            gradients[tensor(projection + ".weight")] = weightGradient(
                name(part + ".weight.gradient"), dy, values.inputNorm.output)
            let columns = transpose(weight(layer, projection))
            da = chain(name("input.norm.sensitivity.\(part)"), dy, columns, from: da)
        }
        guard let da else { preconditionFailure("there are three projections") }
        return addNormGradient(
            name("input.norm"), values.inputNorm, da, addingTo: d,
            &gradients[tensor("input_layernorm.weight")])
    }

    /// The gradients of queries and keys before their rotation, and of values.
    private mutating func addHeadGradients(
        _ name: (String) -> String, _ values: LayerValues, _ dAttended: Int
    ) -> [Int] {
        let (T, batch) = (graph.tokens, sources.batch)
        let rows = N * model.headCount
        let deltas = graph.add(
            name("attended.product"), .headProduct, [dAttended, values.attended],
            settings: headSettings, rows, 1)
        let dP = graph.add(
            name("probabilities.gradient"), .scoreSensitivity, [dAttended, values.value, batch],
            settings: headSettings, rows, T)
        let dT = graph.add(
            name("scores.gradient"), .scoreGradient,
            [values.probabilities, dP, deltas, sources[constant: "score_scale"]], rows, T)
        let keyColumns = transpose(values.key, tokens: T)
        let dQuery = graph.add(
            name("query.rotated.gradient"), .attention, [dT, keyColumns, batch],
            settings: headSettings, N, model.querySize)
        let attendedColumns = transpose(dAttended, tokens: T)
        let probabilityColumns = transpose(values.probabilities, tokens: T)
        let dValue = graph.add(
            name("value.gradient"), .keyGradient, [probabilityColumns, attendedColumns, batch],
            settings: headSettings, N, model.keyValueSize)
        let (scoreColumns, queryColumns) = (
            transpose(dT, tokens: T), transpose(values.query, tokens: T)
        )
        let dKey = graph.add(
            name("key.rotated.gradient"), .keyGradient, [scoreColumns, queryColumns, batch],
            settings: headSettings, N, model.keyValueSize)
        return [
            addRotation(name("query.gradient"), dQuery, backward: true),
            addRotation(name("key.gradient"), dKey, backward: true), dValue,
        ]
    }

    private mutating func addLookupGradient(
        _ dx: Int, _ headGradient: Int, _ gradients: inout [String: Int]
    ) {
        let columns = transpose(dx)
        let (V, C, batch) = (model.vocabularySize, model.hiddenSize, sources.batch)
        let lookups = blocks(N, nil) { graph, terms, start in
            graph.add(
                "embedding.lookups", .lookupGradient, [columns, batch] + start, settings: terms, V,
                C)
        }
        if model.tiesEmbeddings {
            gradients["model.embed_tokens.weight"] = each(
                "embedding.gradient", .add, headGradient, lookups)
        } else {
            gradients["model.embed_tokens.weight"] = lookups
            gradients["lm_head.weight"] = headGradient
        }
    }
}
