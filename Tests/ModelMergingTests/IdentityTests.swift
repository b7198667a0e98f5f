import ModelMerging
import Numerics
import Testing

/// What holds for every method.
@Suite("Every method")
struct IdentityTests {
    static let counts = [1, 2, 9, 40_000]

    @Test(
        "gives a model merged with itself to the bit", arguments: ModelMergeMethod.allCases, counts)
    func identity(method: ModelMergeMethod, count: Int) throws {
        let recipe = try MergeSample.usual(method)
        let numbers = MergeSample.numbers(count, seed: 1)
        let inputs = recipe.others(in: recipe.slices[0]).map { _ in FloatView(copying: numbers) }
        let merged = try MergeSample.merge(recipe).merged(
            inputs, base: FloatView(copying: numbers), arithmetic: Arithmetic(threads: 1))
        #expect(merged.array.map(\.bitPattern) == numbers.map(\.bitPattern))
    }

    @Test("gives the same bits on any number of threads", arguments: ModelMergeMethod.allCases)
    func threads(method: ModelMergeMethod) throws {
        let recipe = try MergeSample.usual(method)
        let inputs = recipe.others(in: recipe.slices[0]).indices.map { number in
            FloatView(copying: MergeSample.numbers(100_001, seed: UInt64(number)))
        }
        let base = FloatView(copying: MergeSample.numbers(100_001, seed: 9))
        let merge = try MergeSample.merge(recipe)
        let results = [1, 2, 3].map { threads in
            merge.merged(inputs, base: base, arithmetic: Arithmetic(threads: threads))
                .array.map(\.bitPattern)
        }
        #expect(results[0] == results[1])
        #expect(results[0] == results[2])
    }

    @Test("changes something where models differ", arguments: ModelMergeMethod.allCases)
    func change(method: ModelMergeMethod) throws {
        let recipe = try MergeSample.usual(method)
        let inputs = recipe.others(in: recipe.slices[0]).indices.map { number in
            FloatView(copying: MergeSample.numbers(50, seed: UInt64(number)))
        }
        let base = FloatView(copying: MergeSample.numbers(50, seed: 9))
        let merged = try MergeSample.merge(recipe).merged(
            inputs, base: base, arithmetic: Arithmetic(threads: 1))
        #expect(merged.array != base.array)
        let isFinite = merged.array.allSatisfy(\.isFinite)
        #expect(isFinite)
    }
}
