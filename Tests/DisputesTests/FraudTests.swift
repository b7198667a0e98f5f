import Disputes
import Encodings
import Identity
import Numerics
import SampleRound
import Testing

/// A worker that changes one element by one unit in the last place goes on with it, signs all, and is
/// found.
@Suite("A dispute")
struct FraudTests {
    private static let honest = SampleRound.keys[1]
    private static let worker = SampleRound.keys[0]

    /// The sample's step as the worker tells it, having changed one element of operator `number`.
    private static func cheat(
        _ sample: SampleStep, number: Int, element: Int
    ) -> StepTrace {
        let values = StepValues(
            sample.graph, beginning: sample.beginning, arithmetic: SampleStep.arithmetic
        ) { index, value in
            guard index == number else { return }
            value[element] = value[element].isFinite ? value[element].nextUp : 1
        }
        return StepTrace(
            sample.subject, values, signedBy: worker, arithmetic: SampleStep.arithmetic)
    }

    private static func honestTrace(_ sample: SampleStep) -> StepTrace {
        StepTrace(
            sample.subject,
            StepValues(
                sample.graph, beginning: sample.beginning, arithmetic: SampleStep.arithmetic),
            signedBy: honest, arithmetic: SampleStep.arithmetic)
    }

    @Test("about one element of any kind of operator finds the element and who lies")
    func everyKind() throws {
        let sample = try SampleStep(.first, steps: 2)
        let honest = FraudTests.honestTrace(sample)
        var random = CounterRandom(seed: 1).sequence()
        var kinds: Set<OperatorKind> = [.source, .state]
        for (number, step) in sample.graph.operators.enumerated()
        where kinds.insert(step.kind).inserted {
            let element = random.next(below: step.shape.count)
            let cheat = FraudTests.cheat(sample, number: number, element: element)
            let answer = try Bisection(cheat, honest, arithmetic: SampleStep.arithmetic).answer()
            guard case .fraud(let proof, let liar) = answer else {
                Issue.record("\(step.name): \(answer)")
                continue
            }
            #expect(liar == FraudTests.worker.publicKey, "\(step.name)")
            #expect(proof.number == number, "\(step.name)")
            #expect(proof.row * step.shape.columns + proof.column == element, "\(step.name)")
            let finding = try FraudProof(parsing: proof.bytes).check()
            #expect(finding.signer == FraudTests.worker.publicKey, "\(step.name)")
        }
        #expect(kinds.count > 30)
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

extension CounterRandom {
    func sequence() -> RandomNumbers { RandomNumbers(self) }
}
