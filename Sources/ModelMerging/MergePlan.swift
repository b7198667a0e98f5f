package import Encodings

/// Every tensor of a merge: what it is made of, and how.
///
/// Nothing is left to be refused but the numbers themselves.
package struct MergePlan: Sendable {
    /// A tensor of one of the models.
    package struct Input: Sendable, Equatable {
        /// The model's number in the recipe.
        package let model: Int
        /// The tensor's name there.
        package let name: String
    }

    /// A tensor of the result.
    package struct Tensor: Sendable {
        /// The name.
        package let name: String
        /// The shape of all its inputs.
        package let shape: [Int]
        /// What is merged, the base aside.
        package let inputs: [Input]
        /// The base's tensor, if there is a base.
        package let base: Input?
        /// How they are merged.
        package let merge: TensorMerge
    }

    /// The tensors: those before the layers, the layers, those after them.
    package let tensors: [Tensor]

    /// For every layer of the result, the layer of the first source it is made of.
    package let layerOrigins: [Int]

    /// Whether the result's output projection is its embedding.
    package let tiesHead: Bool

    /// Plans the merge of the recipe's models, whose outlines are in its order; `seed` decides
    /// which elements are dropped at random.
    package init(
        _ recipe: MergeRecipe, outlines: [ModelOutline], seed: UInt64
    ) throws(MalformedInput) {
        var models: [LayeredModel] = []
        for outline in outlines { models.append(try LayeredModel(outline)) }
        var planner = Planner(recipe: recipe, models: models, seed: seed)
        try planner.addOutside(recipe.slices[0], preceding: true)
        for slice in recipe.slices { try planner.addLayers(slice) }
        try planner.addOutside(recipe.slices[recipe.slices.count - 1], preceding: false)
        tensors = planner.tensors
        layerOrigins = planner.origins
        tiesHead =
            !tensors.contains { $0.name == ModelOutline.head }
            && models.contains { $0.tiedHead != nil }
    }
}

/// Finds the inputs of each tensor.
private struct Planner {
    let recipe: MergeRecipe
    let models: [LayeredModel]
    let seed: UInt64
    var tensors: [MergePlan.Tensor] = []
    var origins: [Int] = []

    init(recipe: MergeRecipe, models: [LayeredModel], seed: UInt64) {
        self.recipe = recipe
        self.models = models
        self.seed = seed
    }

    /// A model taking part in a slice: its number, and its first layer there.
    private struct Participant {
        let model: Int
        let firstLayer: Int
    }

    /// Adds the tensors before or after the layers, made of the models of `slice`.
    mutating func addOutside(
        _ slice: MergeRecipe.Slice, preceding: Bool
    ) throws(MalformedInput) {
        let (sources, base) = try participants(slice).models
        let all = sources + (base.map { [$0] } ?? [])
        let names = Set(all.flatMap { models[$0.model].outside.keys })
            .filter { LayeredName($0).precedesLayers == preceding }
        for name in names.sorted(by: { $0.precedesByBytes($1) }) {
            try add(name, slice, sources, base, at: 0) { model, _ in
                model.outer(name)
            }
        }
    }

    /// Adds the layers of `slice`.
    mutating func addLayers(_ slice: MergeRecipe.Slice) throws(MalformedInput) {
        let ((sources, base), count) = try participants(slice)
        let all = sources + (base.map { [$0] } ?? [])
        for offset in 0..<count {
            let suffixes = Set(
                all.flatMap { models[$0.model].layers[$0.firstLayer + offset].keys })
            let prefix = models[all[0].model].prefix ?? ""
            let position = count > 1 ? Double(offset) / Double(count - 1) : 1
            for suffix in suffixes.sorted(by: { $0.precedesByBytes($1) }) {
                let name = "\(prefix)\(origins.count)\(suffix)"
                try add(name, slice, sources, base, at: position) { model, first in
                    model.tensor(suffix, ofLayer: first + offset)
                }
            }
            origins.append(all[0].firstLayer + offset)
        }
    }

    /// The models of a slice, and its number of layers, which all must have.
    private func participants(
        _ slice: MergeRecipe.Slice
    ) throws(MalformedInput) -> (models: ([Participant], base: Participant?), count: Int) {
        let ranges = slice.sources.map { $0.layers ?? 0..<models[$0.model].layers.count }
        for (source, range) in zip(slice.sources, ranges) {
            try check(range, of: source.model, as: ranges[0], of: slice.sources[0].model)
        }
        let others = recipe.others(in: slice).map { source in
            Participant(
                model: source.model,
                firstLayer: (source.layers ?? 0..<1).lowerBound)
        }
        guard recipe.method.needsBase, let base = recipe.base else {
            return ((others, nil), ranges[0].count)
        }
        let own = slice.sources.firstIndex { $0.model == base }
        let range = own.map { ranges[$0] } ?? ranges[0]
        try check(range, of: base, as: ranges[0], of: slice.sources[0].model)
        return ((others, Participant(model: base, firstLayer: range.lowerBound)), range.count)
    }

    private func check(
        _ range: Range<Int>, of number: Int, as first: Range<Int>, of firstNumber: Int
    ) throws(MalformedInput) {
        let model = models[number]
        guard range.upperBound <= model.layers.count else {
            throw MalformedInput(
                "expected layers up to \(range.upperBound), found \(model.layers.count)",
                in: model.model)
        }
        let whole = recipe.choosesLayers ? range.count : model.layers.count
        guard whole == first.count else {
            throw MalformedInput(
                "expected \(first.count) layers, as of '\(models[firstNumber].model)', found"
                    + " \(whole)", in: model.model)
        }
    }

    /// Adds the tensor `name`, which `find` finds in each model.
    private mutating func add(
        _ name: String, _ slice: MergeRecipe.Slice, _ sources: [Participant],
        _ base: Participant?, at position: Double,
        _ find: (LayeredModel, Int) -> ModelOutline.Tensor?
    ) throws(MalformedInput) {
        let all = (base.map { [$0] } ?? []) + sources
        let found = all.map { find(models[$0.model], $0.firstLayer) }
        guard let pattern = found.firstIndex(where: { $0 != nil }), let first = found[pattern]
        else { return }
        var inputs: [MergePlan.Input] = []
        for (participant, tensor) in zip(all, found) {
            guard let tensor else {
                throw MalformedInput(
                    "missing tensor '\(name)': '\(models[all[pattern].model].model)' has it as"
                        + " '\(first.name)'", in: models[participant.model].model)
            }
            guard tensor.shape == first.shape else {
                throw MalformedInput(
                    "tensor '\(tensor.name)': expected shape \(first.shape), as of"
                        + " '\(first.name)' in '\(models[all[pattern].model].model)',"
                        + " found \(tensor.shape)", in: models[participant.model].model)
            }
            inputs.append(MergePlan.Input(model: participant.model, name: tensor.name))
        }
        tensors.append(
            MergePlan.Tensor(
                name: name, shape: first.shape,
                inputs: Array(inputs[(base == nil ? 0 : 1)...]),
                base: base == nil ? nil : inputs[0],
                merge: try TensorMerge(
                    recipe, slice, tensor: name, position: position, seed: seed)))
    }
}
