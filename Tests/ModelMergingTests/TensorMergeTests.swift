import ModelMerging
import Numerics
import Testing

/// Small merges whose results can be seen.
@Suite("A tensor's merge")
struct TensorMergeTests {
    private let arithmetic = Arithmetic(threads: 1)

    private func merged(
        _ method: ModelMergeMethod, _ parameters: String, base: [Float], _ inputs: [Float]...
    ) throws -> [Float] {
        let models = (method.needsBase ? ["a"] : []) + ["b", "c", "d"].prefix(inputs.count)
        let recipe = try MergeSample.recipe(method, models: models, parameters)
        return try MergeSample.merge(recipe).merged(
            inputs.map { FloatView(copying: $0) }, base: FloatView(copying: base),
            arithmetic: arithmetic
        ).array
    }

    @Test("linear is a weighted mean unless normalize is false")
    func linear() throws {
        let (x, y): ([Float], [Float]) = ([1, 2], [3, -2])
        #expect(try merged(.linear, #"{"weight": 2}"#, base: [], x, y) == [2, 0])
        #expect(
            try merged(.linear, #"{"weight": 2, "normalize": false}"#, base: [], x, y) == [8, 0])
    }

    @Test("slerp keeps the length of vectors of one length, and ends at both")
    func slerp() throws {
        let halfway = try merged(.slerp, #"{"t": 0.5}"#, base: [1, 0], [0, 1])
        #expect(halfway == [Float(0.5).squareRoot(), Float(0.5).squareRoot()])
        #expect(try merged(.slerp, #"{"t": 0}"#, base: [3, 1], [-1, 5]) == [3, 1])
        #expect(try merged(.slerp, #"{"t": 1}"#, base: [3, 1], [-1, 5]) == [-1, 5])
    }

    @Test("slerp is a line between nearly parallel vectors, and from zero")
    func line() throws {
        #expect(try merged(.slerp, #"{"t": 0.25}"#, base: [4, 0], [8, 0]) == [5, 0])
        #expect(try merged(.slerp, #"{"t": 0.25}"#, base: [4, 0], [-4, 0]) == [2, 0])
        #expect(try merged(.slerp, #"{"t": 0.25}"#, base: [0, 0], [8, 4]) == [2, 1])
    }

    @Test("task_arithmetic adds weighted differences, with weight 1 exactly")
    func tasks() throws {
        let parameters = #"{"weight": 0.5, "lambda": 2}"#
        #expect(try merged(.taskArithmetic, parameters, base: [1, 1], [2, 1], [1, 4]) == [2, 4])
        let numbers = MergeSample.numbers(99, seed: 3)
        let base = MergeSample.numbers(99, seed: 4)
        #expect(try merged(.taskArithmetic, "{}", base: base, numbers) == numbers)
    }

    @Test("ties keeps the greatest, and the mean of those of the prevailing sign")
    func ties() throws {
        let zeros = [Float](repeating: 0, count: 4)
        #expect(
            try merged(.ties, #"{"density": 0.5}"#, base: zeros, [4, -1, 3, 1], [1, -6, 5, 0])
                == [4, -6, 4, 0])
        #expect(
            try merged(.ties, "{}", base: zeros, [3, 1, -2, 1], [-1, -1, 1, 3]) == [3, 1, -2, 2])
    }

    @Test("of equal magnitudes the first ones are kept")
    func equals() throws {
        let zeros = [Float](repeating: 0, count: 6)
        #expect(
            try merged(.ties, #"{"density": 0.5}"#, base: zeros, [1, -1, 1, 2, -1, 1])
                == [1, -1, 0, 2, 0, 0])
    }

    @Test("breadcrumbs drops the greatest gamma and keeps density of the rest")
    func breadcrumbs() throws {
        let zeros = [Float](repeating: 0, count: 10)
        let ramp: [Float] = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10]
        let parameters = #"{"density": 0.4, "gamma": 0.2}"#
        #expect(
            try merged(.breadcrumbs, parameters, base: zeros, ramp)
                == [0, 0, 0, 0, 5, 6, 7, 8, 0, 0])
        // Nothing is dropped at the top where a hundredth is less than one element.
        #expect(
            try merged(.breadcrumbs, #"{"density": 0.4}"#, base: zeros, ramp)
                == [0, 0, 0, 0, 0, 0, 7, 8, 9, 10])
        // The density is reached whatever gamma says.
        #expect(
            try merged(.breadcrumbs, #"{"density": 0.9, "gamma": 0.5}"#, base: zeros, ramp)
                == [1, 2, 3, 4, 5, 6, 7, 8, 9, 0])
    }

    @Test(
        "a tensor of one element keeps it",
        arguments: [ModelMergeMethod.ties, .breadcrumbs, .breadcrumbsTies])
    func tiny(method: ModelMergeMethod) throws {
        #expect(try merged(method, #"{"density": 0.1}"#, base: [1], [3]) == [3])
    }

    @Test("dare drops at random and enlarges what is left by 1 / density, or by l1")
    func dare() throws {
        let ones = [Float](repeating: 1, count: 100_000)
        let zeros = [Float](repeating: 0, count: 100_000)
        let kept = try merged(.dareLinear, #"{"density": 0.25}"#, base: zeros, ones)
        #expect(Set(kept) == [0, 4])
        let share = Double(kept.count { $0 > 0 }) / 100_000
        #expect((share - 0.25).magnitude < 0.01)
        let plain = try merged(
            .dareLinear, #"{"density": 0.25, "rescale": false}"#, base: zeros, ones)
        #expect(plain == kept.map { $0 / 4 })
        let even = try merged(
            .dareLinear, #"{"density": 0.25, "rescale": "l1"}"#, base: zeros, ones)
        #expect((Double(even.reduce(0, +)) / 100_000 - 1).magnitude < 1e-3)
    }

    @Test("masks depend on the seed, and differ from model to model")
    func masks() throws {
        let recipe = try MergeSample.recipe(
            .dareLinear, models: ["a", "b", "c"], #"{"density": 0.5}"#)
        let base = FloatView(count: 64)
        let one = FloatView(copying: [Float](repeating: 1, count: 64))
        let hundred = FloatView(copying: [Float](repeating: 100, count: 64))
        let results = try [0, 0, 1].map { seed in
            try MergeSample.merge(recipe, seed: seed)
                .merged([one, hundred], base: base, arithmetic: arithmetic).array
        }
        #expect(results[0] == results[1])
        #expect(results[0] != results[2])
        #expect(Set(results[0]) == [0, 2, 200, 202])
    }

    @Test("model_stock trusts models as far as they agree")
    func stock() throws {
        #expect(try merged(.modelStock, "{}", base: [0, 0], [2, 0], [2, 0]) == [2, 0])
        #expect(try merged(.modelStock, "{}", base: [1, 1], [3, 1], [1, 3]) == [1, 1])
        // Opposite differences have no direction in common.
        #expect(try merged(.modelStock, "{}", base: [1, 0], [3, 0], [-2, 0]) == [1, 0])
    }
}
