import Encodings
import ModelMerging
import Testing

/// Which tensors a merge is made of.
@Suite("A plan")
struct MergePlanTests {
    @Test("takes each tensor from every model under its name")
    func whole() throws {
        let recipe = try MergeSample.recipe(.ties, models: ["a", "b"])
        let plan = try plan(recipe)
        #expect(
            plan.tensors.map(\.name) == [
                "model.embed_tokens.weight", "model.layers.0.mlp.up.weight",
                "model.layers.0.norm.weight", "model.layers.1.mlp.up.weight",
                "model.layers.1.norm.weight", "lm_head.weight", "model.norm.weight",
            ])
        #expect(plan.tensors[1].inputs.map(\.model) == [1])
        #expect(plan.tensors[1].base?.model == 0)
        #expect(!plan.tiesHead)
    }

    @Test("numbers layers anew where a recipe chooses them")
    func layers() throws {
        let recipe = try MergeSample.recipe(
            """
            {"merge_method": "passthrough", "slices": [
              {"sources": [{"model": "a", "layer_range": [0, 2]}]},
              {"sources": [{"model": "b", "layer_range": [1, 2]}]}]}
            """)
        let plan = try plan(recipe)
        let last = plan.tensors.filter { $0.name.hasPrefix("model.layers.2.") }
        #expect(
            last.flatMap(\.inputs).map(\.name) == [
                "model.layers.1.mlp.up.weight", "model.layers.1.norm.weight",
            ])
        #expect(plan.tensors[0].inputs[0].model == 0)
        #expect(plan.tensors.last?.inputs[0].model == 1)
        #expect(plan.layerOrigins == [0, 1, 1])
    }

    @Test("lets a tied model's embedding be its head where another has one of its own")
    func ties() throws {
        let recipe = try MergeSample.recipe(.linear, models: ["a", "b"])
        let mixed = try plan(recipe, MergeSample.outline("b", tied: true))
        let head = try #require(mixed.tensors.first { $0.name == "lm_head.weight" })
        #expect(head.inputs.map(\.name) == ["lm_head.weight", "model.embed_tokens.weight"])
        #expect(!mixed.tiesHead)
        let tied = try MergePlan(
            recipe,
            outlines: [MergeSample.outline("a", tied: true), MergeSample.outline("b", tied: true)],
            seed: 0)
        #expect(tied.tiesHead)
    }

    @Test("refuses models that do not fit, with both names")
    func refusals() throws {
        let recipe = try MergeSample.recipe(.linear, models: ["a", "b"])
        expect("b: expected 2 layers, as of 'a', found 3") {
            _ = try plan(recipe, MergeSample.outline("b", layers: 3))
        }
        expect(
            "b: tensor 'model.embed_tokens.weight': expected shape [8, 4], as of"
                + " 'model.embed_tokens.weight' in 'a', found [9, 4]"
        ) { _ = try plan(recipe, MergeSample.outline("b", vocabulary: 9)) }
        expect("b: missing tensor 'model.norm.weight': 'a' has it as 'model.norm.weight'") {
            let outline = MergeSample.outline("b")
            _ = try plan(
                recipe,
                ModelOutline(
                    model: "b", tensors: outline.tensors.filter { $0.name != "model.norm.weight" },
                    tiedHead: nil))
        }
        let weights = try MergeSample.recipe(.linear, models: ["a", "b"], #"{"weight": 0}"#)
        expect("expected weights whose sum is not zero") { _ = try plan(weights) }
        let density = try MergeSample.recipe(.ties, models: ["a", "b"], #"{"density": [1, -1]}"#)
        expect("tensor 'model.layers.1.mlp.up.weight': parameter 'density': expected a number") {
            _ = try plan(density)
        }
        expect("missing parameter 't'") {
            _ = try plan(MergeSample.recipe(.slerp, models: ["a", "b"]))
        }
    }

    private func plan(
        _ recipe: MergeRecipe, _ second: ModelOutline = MergeSample.outline("b")
    ) throws -> MergePlan {
        let outlines = recipe.models.map { $0 == "b" ? second : MergeSample.outline($0) }
        return try MergePlan(recipe, outlines: outlines, seed: 0)
    }

    private func expect(_ reason: String, _ body: () throws -> Void) {
        #expect {
            try body()
        } throws: { error in
            let found = "\(error)"
            if !found.contains(reason) { Issue.record("\(found)") }
            return true
        }
    }
}
