import Aggregation
import Encodings
import Numerics
import Rounds
import SampleRound
import Testing
import Training

@Suite("One worker, one step a round") struct PlainDescentTests {
    /// A run of rounds of one step, whose updates are sent whole.
    static func sample(_ changes: [String: JSON?]) -> SampleRound {
        SampleRound.sample(
            [
                "schedule.warmup_steps": 0, "schedule.peak": .number("0.37"), "round.steps": 1,
                "codec.keep": 64, "codec.values": "float32", "codec.error_feedback": 0,
            ].merging(changes) { $1 })
    }

    /// The round after `round`, to which its third worker alone contributed its one step.
    static func next(
        _ round: SampleRound, state: WorkerState?
    ) throws -> (round: SampleRound, state: WorkerState) {
        let result = try round.train(worker: 2, state: state)
        var merge = RoundMerge(run: round.run, base: round.base)
        try merge.add(round.artifact(result.contribution, signedBy: 2))
        return (SampleRound(run: round.run, base: try merge.finish()), result.state)
    }

    static let waysToSGD: [[String: JSON?]] = [
        ["optimizer": ["name": "sgd"], "outer": ["name": "sgd", "rate": 1]],
        [
            "optimizer": ["name": "gradient"],
            "outer": ["name": "sgd", "rate": .number("0.37")],
        ],
        [
            "optimizer": ["name": "gradient", "times_rate": true],
            "outer": ["name": "nesterov", "rate": 1, "momentum": 0],
        ],
    ]

    @Test("merged at rate 1 are plain SGD, bit for bit", arguments: waysToSGD.indices)
    func isSGD(way: Int) throws {
        var (round, state) = (Self.sample(Self.waysToSGD[way]), WorkerState?.none)
        let fuses = way == 1
        for _ in 0..<5 {
            let expected = zip(round.base.parameters.view.array, round.gradient(worker: 2)).map {
                fuses ? $0.addingProduct(-0.37, $1) : $0 - 0.37 * $1
            }
            (round, state) = try Self.next(round, state: state)
            #expect(round.base.parameters.view.array == expected)
        }
    }

    @Test("Nesterov's first step is (1 + μ)·a·D, bit for bit") func nesterov() throws {
        let round = Self.sample([
            "optimizer": ["name": "gradient"],
            "outer": ["name": "nesterov", "rate": .number("0.5"), "momentum": .number("0.5")],
        ])
        let expected = zip(round.base.parameters.view.array, round.gradient(worker: 2)).map {
            $0 - 0.5 * (1.5 * $1)
        }
        let next = try Self.next(round, state: nil).round.base
        #expect(next.parameters.view.array == expected)
        #expect(next.outerMomentum?.view.array == round.gradient(worker: 2))
    }
}
