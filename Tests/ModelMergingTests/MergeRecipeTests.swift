import Encodings
import ModelMerging
import Testing

/// Recipes of mergekit's shape, as JSON.
@Suite("A recipe")
struct MergeRecipeTests {
    @Test("has models, or slices of their layers")
    func slices() throws {
        let whole = try MergeSample.recipe(.ties)
        #expect(whole.models == ["a", "b", "c"])
        #expect(whole.base == 0)
        #expect(whole.normalizes)
        let layers = try MergeSample.recipe(
            """
            {"merge_method": "passthrough", "dtype": "float32", "out_dtype": "bfloat16", "slices": [
              {"sources": [{"model": "b", "layer_range": [0, 3]}]},
              {"sources": [{"model": "a", "layer_range": [1, 2], "parameters": {"scale": 0.5}}]}]}
            """)
        #expect(layers.models == ["b", "a"])
        #expect(layers.slices.map { $0.sources[0].layers } == [0..<3, 1..<2])
        #expect(layers.numberFormat == "bfloat16")
    }

    @Test("is refused with the reason", arguments: refusals)
    func refusal(text: String, reason: String) {
        #expect {
            _ = try MergeSample.recipe(text)
        } throws: { error in
            let found = "\(error)"
            if !found.contains(reason) { Issue.record("\(found)") }
            return true
        }
    }

    private static let two = #""models": [{"model": "a"}, {"model": "b"}]"#

    private static let refusals = [
        (#"{"merge_method": "della", \#(two)}"#, "field 'merge_method': expected linear, slerp"),
        (#"{"merge_method": "linear", \#(two), "modules": {}}"#, "unknown field 'modules'"),
        (#"{"merge_method": "linear", \#(two), "tokenizer_source": "union"}"#, "are not joined"),
        (
            #"{"merge_method": "linear", \#(two), "dtype": "int8"}"#,
            "field 'dtype': expected float32"
        ),
        (#"{"merge_method": "ties", \#(two)}"#, "missing field 'base_model'"),
        (#"{"merge_method": "linear"}"#, "expected either 'models' or 'slices'"),
        (#"{"merge_method": "linear", "models": []}"#, "expected a model"),
        (
            #"{"merge_method": "linear", \#(two), "parameters": {"int8_mask": true}}"#,
            "unknown field 'int8_mask' of linear"
        ),
        (
            #"{"merge_method": "linear", \#(two), "parameters": {"density": 1}}"#,
            "unknown field 'density' of linear"
        ),
        (
            #"{"merge_method": "ties", "base_model": "a", \#(two), "parameters": {"density": []}}"#,
            "field 'density': expected a number, numbers, or objects"
        ),
        (
            #"{"merge_method": "ties", "base_model": "a", \#(two), "parameters": {"rescale": 2}}"#,
            "field 'rescale': expected true, false, density or l1, found 2"
        ),
        (
            #"{"merge_method": "slerp", "base_model": "c", \#(two), "parameters": {"t": 0.5}}"#,
            "slerp: expected one model besides the base, found 2"
        ),
        (
            #"{"merge_method": "model_stock", "base_model": "a", \#(two)}"#,
            "model_stock: expected at least two models besides the base, found 1"
        ),
        (
            #"{"merge_method": "passthrough", \#(two)}"#,
            "passthrough: expected one model in a slice"
        ),
        (
            """
            {"merge_method": "passthrough",
             "slices": [{"sources": [{"model": "a", "layer_range": [3, 3]}]}]}
            """, "field 'layer_range': expected [first, end]"
        ),
    ]

    @Test("sets numbers by layer and by name, the first case that fits")
    func settings() throws {
        let recipe = try MergeSample.recipe(
            """
            {"merge_method": "slerp", "base_model": "a", \(Self.two), "parameters": {"t": [
              {"filter": "mlp", "value": [0, 1, 0.5]}, {"filter": "norm", "value": 7}, {"value": 2}]}}
            """)
        let setting = try #require(recipe.settings[.t])
        let values = [0, 0.25, 0.5, 0.75, 1].map { setting.value(of: "layers.0.mlp.up", at: $0) }
        #expect(values == [0, 0.5, 1, 0.75, 0.5])
        #expect(setting.value(of: "norm.weight", at: 0.3) == 7)
        #expect(setting.value(of: "head", at: 0.3) == 2)
    }
}
