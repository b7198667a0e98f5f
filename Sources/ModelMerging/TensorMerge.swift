import Encodings
package import Numerics

/// The merge of one tensor: the method and every number it needs.
///
/// All arithmetic is in binary64 from binary32 tensors, one element after the other in the order
/// of the models, and rounded to binary32 once; sums over a tensor are `BlockSums`. So no result
/// depends on the number of threads, and models that are all the same give themselves.
package struct TensorMerge: Sendable {
    /// The method.
    package let method: ModelMergeMethod
    /// The name of the result, which decides with the seed what is dropped at random.
    let tensor: String
    let seed: UInt64
    let weights: [Double]
    let densities: [Double]
    let gammas: [Double]
    let t: Double
    let lambda: Double
    let scale: Double
    let normalizes: Bool
    let rescaling: Rescaling

    /// What `recipe` says of `tensor` in `slice`.
    init(
        _ recipe: MergeRecipe, _ slice: MergeRecipe.Slice, tensor: String, position: Double,
        seed: UInt64
    ) throws(MalformedInput) {
        let lookup = Lookup(recipe: recipe, slice: slice, tensor: tensor, position: position)
        let sources = recipe.others(in: slice)
        method = recipe.method
        self.tensor = tensor
        self.seed = seed
        weights = try lookup.values(.weight, of: sources)
        densities = try lookup.values(.density, of: sources)
        gammas = try lookup.values(.gamma, of: sources)
        t = try lookup.value(.t)
        lambda = try lookup.value(.lambda)
        scale = try lookup.value(.scale, of: sources.first)
        normalizes = recipe.normalizes
        rescaling = recipe.rescaling
        if method == .linear, normalizes, weights.reduce(0, +).magnitude < 1e-8 {
            throw MalformedInput("tensor '\(tensor)': expected weights whose sum is not zero")
        }
    }

    /// The merge of tensors of one count; there is a base where the method needs one.
    package func merged(
        _ inputs: [FloatView], base: FloatView?, arithmetic: Arithmetic
    ) -> FloatView {
        switch method {
        case .passthrough: scaled(inputs[0], arithmetic)
        case .linear: linear(inputs, arithmetic)
        case .slerp: slerp(from: expected(base), to: inputs[0], arithmetic)
        case .modelStock: modelStock(inputs, expected(base), arithmetic)
        default: taskSum(inputs, expected(base), arithmetic)
        }
    }

    private func expected(_ base: FloatView?) -> FloatView {
        guard let base else { preconditionFailure("\(method.rawValue) needs a base") }
        return base
    }

    /// Calls `body` with consecutive blocks of the elements, each of which it computes.
    static func elements(
        _ count: Int, _ arithmetic: Arithmetic, _ body: @Sendable (Range<Int>) -> [Float]
    ) -> FloatView {
        let result = FloatView(count: count)
        arithmetic.parallelFor(BlockSums.blockCount(count)) { index in
            let range = BlockSums.block(index, of: count)
            result[range].copy(from: body(range))
        }
        return result
    }

    /// `value` moved by `difference`; unmoved to the bit, a zero's sign included, by zero.
    static func moved(_ value: Float, by difference: Double) -> Float {
        difference == 0 ? value : Float(Double(value) + difference)
    }
}

/// Finds settings: of the source, else of the slice, else of the recipe.
private struct Lookup {
    let recipe: MergeRecipe
    let slice: MergeRecipe.Slice
    let tensor: String
    let position: Double

    func values(
        _ parameter: MergeParameter, of sources: [MergeRecipe.Source]
    ) throws(MalformedInput) -> [Double] {
        var values: [Double] = []
        for source in sources { values.append(try value(parameter, of: source)) }
        return values
    }

    func value(
        _ parameter: MergeParameter, of source: MergeRecipe.Source? = nil
    ) throws(MalformedInput) -> Double {
        guard recipe.method.parameters.contains(parameter) else { return parameter.usual ?? 0 }
        let scopes = [source?.settings, slice.settings, recipe.settings]
        let set = scopes.lazy.compactMap { $0?[parameter]?.value(of: tensor, at: position) }.first
        guard let value = set ?? parameter.usual else {
            throw MalformedInput("tensor '\(tensor)': missing parameter '\(parameter.rawValue)'")
        }
        if let expected = parameter.fault(value) {
            throw MalformedInput(
                "tensor '\(tensor)': parameter '\(parameter.rawValue)': expected \(expected),"
                    + " found \(value)")
        }
        return value
    }
}
