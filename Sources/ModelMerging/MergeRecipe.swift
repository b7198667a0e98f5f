/// What to merge and how; the meaning of a YAML file of the shape that mergekit reads.
///
/// Specified in docs/model-merging.md.
package struct MergeRecipe: Sendable {
    /// The settings of one scope.
    package typealias Settings = [MergeParameter: MergeSetting]

    /// The most models, and the most slices, of a recipe.
    package static let countLimit = 256

    /// One model's part in a slice.
    package struct Source: Sendable {
        /// The model's number in `models`.
        package let model: Int
        /// Its layers; nil for all.
        package let layers: Range<Int>?
        /// What is set for this model.
        package let settings: Settings
    }

    /// Layers of the result, each made of one layer of every source.
    package struct Slice: Sendable {
        /// The models, in their order.
        package let sources: [Source]
        /// What is set for these layers.
        package let settings: Settings
    }

    /// The method.
    package let method: ModelMergeMethod
    /// The models as the recipe names them, each once, in the order it does.
    package let models: [String]
    /// The number of the base in `models`, if there is one.
    package let base: Int?
    /// The slices of the result, from its first layer to its last.
    package let slices: [Slice]
    /// Whether the recipe chooses layers, so that there may be more or fewer than in the models.
    package let choosesLayers: Bool
    /// What is set for every tensor.
    package let settings: Settings
    /// Whether weights are divided by their sum.
    package let normalizes: Bool
    /// How differences are enlarged for what was dropped of them.
    package let rescaling: Rescaling
    /// How the result's numbers are kept (`float32`, `bfloat16` or `float16`); nil as the models
    /// keep them.
    package let numberFormat: String?
    /// The number of the model whose tokenizer the result has.
    package let tokenizer: Int

    /// The number of the model whose configuration the result has: the base or the first one.
    package var pattern: Int { base ?? slices[0].sources[0].model }
}
