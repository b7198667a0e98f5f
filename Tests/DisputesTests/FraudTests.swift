import Disputes
import Encodings
import Identity
import Numerics
import SampleRound
import Storage
import Testing

/// A worker that changes one element by one unit in the last place goes on with it, signs all, and is
/// found.
@Suite("A dispute")
struct FraudTests {
    /// Number of the key of whoever trains, and of whoever repeats it.
    private static let (worker, verifier) = (0, 1)

    /// The worker's trace, having changed one element of operator `number`.
    private static func lie(_ sample: SampleStep, number: Int, element: Int) -> StepTrace {
        sample.trace(by: worker) { index, value in
            guard index == number else { return }
            value[element] = value[element].isFinite ? value[element].nextUp : 1
        }
    }

    /// Disputes lies about one element each and checks that the element and the liar are found.
    private static func dispute(_ sample: SampleStep, _ elements: [(number: Int, element: Int)])
        throws
    {
        let honest = sample.trace(by: verifier)
        for (number, element) in elements {
            let step = sample.beginning.graph.operators[number]
            let lie = lie(sample, number: number, element: element)
            let answer = try Bisection(lie, honest, arithmetic: SampleStep.arithmetic).answer()
            guard case .fraud(let proof, let liar) = answer else {
                Issue.record("\(step.name): \(answer)")
                continue
            }
            #expect(liar == SampleRound.keys[worker].publicKey, "\(step.name)")
            #expect(proof.number == number, "\(step.name)")
            #expect(proof.row * step.shape.columns + proof.column == element, "\(step.name)")
            let finding = try FraudProof(parsing: proof.bytes).check()
            #expect(finding.signer == liar, "\(step.name)")
        }
    }

    @Test("about one element of any kind of operator finds it and who lies", arguments: [2, 5])
    func everyKind(steps: Int) throws {
        let sample = try SampleStep(.first, steps: steps)
        var random = RandomNumbers(CounterRandom(seed: 1))
        var kinds: Set<OperatorKind> = [.source, .state]
        let elements = sample.beginning.graph.operators.enumerated().compactMap { number, step in
            kinds.insert(step.kind).inserted
                ? (number, random.next(below: step.shape.count)) : nil
        }
        #expect(kinds.count > (steps == 5 ? 5 : 30))
        try FraudTests.dispute(sample, elements)
    }

    @Test("finds nothing where traces agree")
    func agreement() throws {
        let sample = try SampleStep(.first, steps: 2)
        let (first, second) = (sample.trace(by: 0), sample.trace(by: 1))
        guard case .agree = try Bisection(first, second, arithmetic: SampleStep.arithmetic).answer()
        else { throw MalformedInput("expected agreement") }
    }

    @Test("about what a step begins with is left to the public inputs")
    func otherInputs() throws {
        let sample = try SampleStep(.first, steps: 2)
        for (number, step) in sample.beginning.graph.operators.enumerated()
        where step.name == "constant.minus_step_size" || step.name == "batch" {
            let lie = FraudTests.lie(sample, number: number, element: 0)
            let answer = try Bisection(
                lie, sample.trace(by: 1), arithmetic: SampleStep.arithmetic
            ).answer()
            guard case .differentInputs(step.name, _) = answer else {
                Issue.record("\(step.name): \(answer)")
                continue
            }
        }
    }

    @Test("ends in a proof that fails when one byte of it is another, and against the honest party")
    func tampering() throws {
        let sample = try SampleStep(.first, steps: 2)
        let number = try #require(
            sample.beginning.graph.operators.firstIndex { $0.name == "layer.1.gate" })
        let (lie, honest) = (
            FraudTests.lie(sample, number: number, element: 7), sample.trace(by: 1)
        )
        guard
            case .fraud(let proof, _) = try Bisection(
                lie, honest, arithmetic: SampleStep.arithmetic
            ).answer()
        else { throw MalformedInput("expected fraud") }
        let bytes = proof.bytes
        for index in stride(from: 0, to: bytes.count - 1, by: 7) {
            var changed = bytes
            changed[index] ^= 1
            #expect(throws: MalformedInput.self) { try FraudProof(parsing: changed).check() }
        }
        let against = FraudProof(
            against: honest, number: number, row: proof.row, column: proof.column,
            correct: proof.correct, arithmetic: SampleStep.arithmetic)
        #expect(throws: MalformedInput.self) { try against.check() }
    }

    @Test("over operators that read what is not there is refused, and computes nothing")
    func unsoundOperators() throws {
        let one = Operator.Shape(1, 1)
        let beginning = Operator(
            name: "batch", kind: .source, inputs: [], settings: [], shape: one)
        for (kind, inputs, settings) in [
            (.add, [0], []), (.chain, [0, 0], [0, 9]), (.chain, [0, 0], [0, 1 << 30]),
            (.transpose, [0], [0]), (.rotation, [0, 0, 0], [1, 1, 0]),
            (.scores, [0, 0, 0], [1 << 30, 1, 1, 1]), (.scores, [0, 0, 0], [1, 2, 3, 1]),
            (.flatten, [0], [5]), (.largest, [0], [4, 9, 5, 1]), (.largest, [0], [1, 1, 99, 1]),
        ] as [(OperatorKind, [Int], [Int])] {
            let step = Operator(
                name: "false", kind: kind, inputs: inputs, settings: settings, shape: one)
            let traces = try [0, 1].map { signer in
                try FraudTests.trace([beginning, step], [0, Float(signer)], by: signer)
            }
            let bisection = try Bisection(
                traces[0], traces[1], arithmetic: SampleStep.arithmetic)
            #expect(throws: MalformedInput.self, "\(kind) \(settings)") {
                try bisection.answer()
            }
        }
    }

    /// A signed trace of operators of one element each.
    private static func trace(
        _ steps: [Operator], _ values: [Float], by signer: Int
    ) throws -> StepTrace {
        let (arithmetic, key) = (SampleStep.arithmetic, SampleRound.keys[signer])
        let floats = values.map { FloatView(copying: [$0]) }
        let operators = zip(steps, floats).map {
            CommittedOperator($0, root: ValueTree($0.shape).root($1, arithmetic))
        }
        let digest = Digest(hashing: [])
        let statement = StepStatement(
            contribution: TracedContribution(
                digest: digest, run: digest, round: 1, worker: SampleRound.keys[0].publicKey),
            step: 0, opening: digest, closing: digest, operators: operators.count,
            root: MerkleTree.root(
                ofLeafHashes: operators.map { MerkleTree.leafHash($0.line) }))
        return try StepTrace(
            record: statement.signed(with: key), operators: operators, values: floats,
            arithmetic: arithmetic)
    }

    @Test("does not accuse over the bits of a NaN")
    func notANumber() throws {
        let one = Operator.Shape(1, 1)
        let steps = [
            Operator(name: "batch", kind: .source, inputs: [], settings: [], shape: one),
            Operator(name: "sum", kind: .add, inputs: [0, 0], settings: [], shape: one),
        ]
        let traces = try [(0, Float.nan), (1, -Float.nan)].map { signer, value in
            try FraudTests.trace(steps, [.nan, value], by: signer)
        }
        let bisection = try Bisection(traces[0], traces[1], arithmetic: SampleStep.arithmetic)
        #expect(throws: MalformedInput.self) { try bisection.answer() }
        let proof = FraudProof(
            against: traces[1], number: 1, row: 0, column: 0, correct: .nan,
            arithmetic: SampleStep.arithmetic)
        #expect(throws: MalformedInput.self) { try proof.check() }
    }
}

/// Numbers of a stream, one after the other.
struct RandomNumbers {
    private let random: CounterRandom
    private var index: UInt64 = 0

    init(_ random: CounterRandom) { self.random = random }

    mutating func next(below bound: Int) -> Int {
        defer { index += 1 }
        return Int(random.integer(below: UInt64(bound), at: index))
    }
}
