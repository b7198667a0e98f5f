import Encodings
import ModelMerging
import Numerics

/// Recipes, outlines and tensors for tests.
enum MergeSample {
    /// Recipes of every method that merge `models` with the base `a`, slerp and passthrough apart.
    static func recipe(
        _ method: ModelMergeMethod, models: [String] = ["a", "b", "c"], _ parameters: String = "{}"
    ) throws -> MergeRecipe {
        let entries = models.map { "{\"model\": \"\($0)\"}" }.joined(separator: ", ")
        let base = method.needsBase ? ", \"base_model\": \"a\"" : ""
        return try recipe(
            """
            {"merge_method": "\(method.rawValue)", "models": [\(entries)]\(base),
             "parameters": \(parameters)}
            """)
    }

    /// The recipe in JSON.
    static func recipe(_ text: String) throws -> MergeRecipe {
        try MergeRecipe(JSON(parsing: Array(text.utf8)))
    }

    /// A model of so many layers with a matrix and a vector each, an embedding and a head.
    static func outline(
        _ model: String, layers: Int = 2, vocabulary: Int = 8, tied: Bool = false
    ) -> ModelOutline {
        var tensors = [
            ModelOutline.Tensor(name: "model.embed_tokens.weight", shape: [vocabulary, 4]),
            ModelOutline.Tensor(name: "model.norm.weight", shape: [4]),
        ]
        if !tied { tensors.append(ModelOutline.Tensor(name: "lm_head.weight", shape: [8, 4])) }
        for layer in 0..<layers {
            for (name, shape) in [("mlp.up.weight", [6, 4]), ("norm.weight", [4])] {
                tensors.append(
                    ModelOutline.Tensor(name: "model.layers.\(layer).\(name)", shape: shape))
            }
        }
        return ModelOutline(
            model: model, tensors: tensors, tiedHead: tied ? "model.embed_tokens.weight" : nil)
    }

    /// A merge of one tensor of `recipe`.
    static func merge(_ recipe: MergeRecipe, seed: UInt64 = 0) throws -> TensorMerge {
        let outlines = recipe.models.map {
            ModelOutline(
                model: $0, tensors: [ModelOutline.Tensor(name: "x", shape: [1])], tiedHead: nil)
        }
        return try MergePlan(recipe, outlines: outlines, seed: seed).tensors[0].merge
    }

    /// `count` numbers of the standard normal distribution, with both zeros among them.
    static func numbers(_ count: Int, seed: UInt64) -> [Float] {
        let random = CounterRandom(seed: seed)
        return (0..<count).map { index in
            switch index % 11 {
            case 3: 0
            case 7: -0.0
            default: random.normal(at: UInt64(index))
            }
        }
    }

    /// A recipe for three models, or two, as the method wants.
    static func usual(_ method: ModelMergeMethod, same model: String? = nil) throws -> MergeRecipe {
        let models =
            switch method {
            case .slerp: ["a", model ?? "b"]
            case .passthrough: [model ?? "b"]
            default: ["a", model ?? "b", model ?? "c", model ?? "d"]
            }
        let parameters =
            switch method {
            case .linear: #"{"weight": 0.3}"#
            case .slerp: #"{"t": 0.3}"#
            case .passthrough, .modelStock: "{}"
            case .taskArithmetic: #"{"weight": 0.4, "lambda": 0.9}"#
            case .breadcrumbs, .breadcrumbsTies: #"{"weight": 0.4, "density": 0.5, "gamma": 0.1}"#
            default: #"{"weight": 0.4, "density": 0.5, "rescale": "l1"}"#
            }
        return try recipe(method, models: models, parameters)
    }
}
