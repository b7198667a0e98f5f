import Glibc
import Numerics
import Testing

/// Elementary functions: kernels, their scalar twins, and how near both are to the truth.
@Suite struct ElementaryFunctionTests {
    /// One function: its kernel, its scalar twin, the truth in double, its greatest error in ulp.
    struct Function: CustomTestStringConvertible, Sendable {
        let testDescription: String
        let kernel: @Sendable (Arithmetic, FloatView) -> Void
        let twin: @Sendable (Float) -> Float
        let truth: @Sendable (Double) -> Double
        let limit: Double

        static let all: [Function] = [
            Function(
                testDescription: "exp", kernel: { $0.exponential($1, into: $1) },
                twin: ElementaryFunctions.exp, truth: { Glibc.exp($0) }, limit: 0.9),
            Function(
                testDescription: "log", kernel: { $0.logarithm($1, into: $1) },
                twin: ElementaryFunctions.log, truth: { Glibc.log($0) }, limit: 0.9),
            Function(
                testDescription: "sigmoid", kernel: { $0.sigmoid($1, into: $1) },
                twin: ElementaryFunctions.sigmoid, truth: { 1 / (1 + Glibc.exp(-$0)) }, limit: 2.5),
            Function(
                testDescription: "siLU", kernel: { $0.siLU($1, into: $1) },
                twin: ElementaryFunctions.siLU, truth: { $0 / (1 + Glibc.exp(-$0)) }, limit: 2.5),
            Function(
                testDescription: "1/√x", kernel: { $0.reciprocalSquareRoot($1, into: $1) },
                twin: ElementaryFunctions.reciprocalSquareRoot, truth: { 1 / $0.squareRoot() },
                limit: 1.5),
        ]
    }

    /// Every 4,099th bit pattern: all exponents, both signs, infinities and NaN.
    static let inputs: [Float] =
        FusedMultiplyAddTests.special
        + stride(from: 0, to: 1 << 32, by: 4_099).map { Float(bitPattern: UInt32($0)) }
        + stride(from: -104, to: 104, by: 0.0037).map { Float($0) }

    @Test(arguments: Function.all, InstructionSet.available)
    func kernelsAndTwinsAgree(function: Function, instructionSet: InstructionSet) {
        let view = FloatView(copying: Self.inputs)
        function.kernel(Arithmetic(threads: 1, instructionSet: instructionSet), view)
        var failures: [Float] = []
        for (input, found) in zip(Self.inputs, view.array)
        where !sameBits(found, function.twin(input)) { failures.append(input) }
        #expect(failures.isEmpty, "\(failures.count), first \(failures.prefix(5))")
    }

    @Test(arguments: Function.all)
    func errorsAreSmall(function: Function) {
        var worst = (error: 0.0, input: Float(0))
        for input in Self.inputs where !input.isNaN {
            let truth = function.truth(Double(input))
            // Below 2⁻¹²⁶ results may be zero (of siLU: below x = −88.7); above, infinite.
            guard truth.magnitude > 0x1p-119, truth.magnitude < 0x1.fffffep127 else { continue }
            let ulp = Double(Float(truth).ulp)
            let error = (Double(function.twin(input)) - truth).magnitude / ulp
            if error > worst.error { worst = (error, input) }
        }
        #expect(worst.error <= function.limit, "at \(worst.input)")
    }

    @Test func edgesAreDefined() {
        #expect(ElementaryFunctions.exp(Float.infinity) == .infinity)
        #expect(ElementaryFunctions.exp(89 as Float) == .infinity)
        #expect(ElementaryFunctions.exp(0x1.62e42ep6 as Float).isFinite)
        #expect(ElementaryFunctions.exp(-88 as Float) == 0)
        #expect(ElementaryFunctions.exp(-Float.infinity) == 0)
        #expect(ElementaryFunctions.exp(0 as Float) == 1)
        #expect(ElementaryFunctions.log(0 as Float) == -.infinity)
        #expect(ElementaryFunctions.log(-1 as Float).isNaN)
        #expect(ElementaryFunctions.log(1 as Float) == 0)
        #expect(ElementaryFunctions.siLU(-1_000 as Float) == 0)
        #expect(ElementaryFunctions.sigmoid(1_000 as Float) == 1)
    }

    @Test func doubleFunctionsAreAccurate() {
        var worst = (log: 0.0, exp: 0.0, sine: 0.0, cosine: 0.0)
        let random = CounterRandom(seed: 5)
        for index in 0..<100_000 as Range<UInt64> {
            let x = Double(random.word(at: index)) * 0x1p-20
            let r = ElementaryFunctions.sineAndCosine(x)
            worst.sine = max(worst.sine, ulps(r.sine, Glibc.sin(x)))
            worst.cosine = max(worst.cosine, ulps(r.cosine, Glibc.cos(x)))
            worst.log = max(worst.log, ulps(ElementaryFunctions.log(x), Glibc.log(x)))
            let y = x / 4 - 512
            worst.exp = max(worst.exp, ulps(ElementaryFunctions.exp(y), Glibc.exp(y)))
        }
        #expect(max(worst.log, worst.exp, worst.sine, worst.cosine) <= 2)
    }

    @Test func theArccosineIsAccurate() {
        let random = CounterRandom(seed: 6)
        var worst = 0.0
        for index in 0..<100_000 as Range<UInt64> {
            let x = Double(random.word(at: index)) * 0x1p-31 - 1
            worst = max(worst, ulps(ElementaryFunctions.arccosine(x), Glibc.acos(x)))
        }
        #expect(worst <= 2)
        #expect(ElementaryFunctions.arccosine(1) == 0)
        #expect(ElementaryFunctions.arccosine(-1) == Glibc.acos(-1))
        #expect(ElementaryFunctions.arccosine(1.5).isNaN)
    }

    private func ulps(_ found: Double, _ truth: Double) -> Double {
        (found - truth).magnitude / truth.ulp
    }
}
