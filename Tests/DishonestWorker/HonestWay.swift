import Corpus
import LanguageModel
import Numerics
import Rounds
import SampleRound
import Training

/// One way to do the same honest work.
struct HonestWay {
    /// Which worker.
    let worker: Int
    /// The kernels.
    let instructionSet: InstructionSet
    /// Threads.
    let threads: Int
    /// How much of the activations is in memory at once.
    let activations: ActivationPlan
    /// After how many steps the round is interrupted and begun anew from its snapshot.
    let interruptions: [Int]

    /// The ways that number `count` honest contributions of a run; `seed` draws what can be drawn.
    ///
    /// Workers, kernels, threads, micro-batches and memory each go round their choices.
    static func ways(_ count: Int, seed: UInt64) -> [HonestWay] {
        let random = CounterRandom(seed: seed)
        let sets = InstructionSet.available
        return (0..<count).map { number in
            func draw(_ limit: Int, _ place: UInt64) -> Int {
                Int(random.integer(below: UInt64(limit), at: 16 * UInt64(number) + 2 * place))
            }
            let worker = number % SampleRound.keys.count
            let steps = [5, 3, 1][worker]
            return HonestWay(
                worker: worker, instructionSet: sets[draw(sets.count, 0)], threads: 1 + draw(3, 1),
                activations: ActivationPlan(
                    microBatch: 1 + draw(4, 2), keptLayers: 1 + draw(2, 3),
                    logitRows: [nil, 1, 5][draw(3, 4)]),
                interruptions: draw(2, 5) == 0
                    ? [] : [draw(steps + 1, 6), draw(steps + 1, 7)].sorted())
        }
    }

    /// The work of one worker of a round done this way.
    func train(_ setting: CorpusRound) throws -> Contribution {
        let inputs = setting.inputs(worker: worker)
        let arithmetic = Arithmetic(threads: threads, instructionSet: instructionSet)
        func begin() -> LocalRound {
            LocalRound(inputs, activations: activations, arithmetic: arithmetic)
        }
        var round = begin()
        for stop in interruptions {
            while round.step < min(stop, Int(inputs.assignment.steps)) { try round.advance() }
            let snapshot = round.snapshot()
            round = begin()
            guard try round.resume(from: snapshot) else {
                preconditionFailure("a snapshot of the same round")
            }
        }
        while !round.isComplete { try round.advance() }
        return try round.finish().contribution
    }

    /// The way in words.
    var description: String {
        var words = ["worker \(worker + 1)", instructionSet.rawValue, "\(threads) threads"]
        words.append("micro-batch \(activations.microBatch)")
        words.append("\(activations.keptLayers) layers kept")
        if let rows = activations.logitRows { words.append("\(rows) rows of logits") }
        if !interruptions.isEmpty {
            words.append(
                "interrupted after steps \(interruptions.map(String.init).joined(separator: " and "))"
            )
        }
        return words.joined(separator: ", ")
    }
}
