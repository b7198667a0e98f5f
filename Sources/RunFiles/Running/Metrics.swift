import CommandLineTool
import Corpus
import Encodings
import Identity
import LanguageModel
import Numerics
import Rounds
import Storage
package import Training

/// What training reports while it goes on; no contribution depends on it.
///
/// A write that fails ends the metrics with a warning, and never the training.
package struct Metrics {
    private var file: MetricsFile?
    private let round: Int
    private let tokensPerStep: Int
    private let operationsPerToken: Double
    private let peak: Double
    private let warn: (String) -> Void

    /// Metrics from the step on that `local` has reached, written to `operand`; nowhere if nil.
    package init(
        _ operand: String?, of local: LocalRound,
        warn: @escaping (String) -> Void
    ) throws {
        let inputs = local.inputs
        round = inputs.round
        tokensPerStep = inputs.run.round.batch * inputs.run.data.sequenceLength
        operationsPerToken = inputs.run.model.trainingOperations(
            tokens: inputs.run.data.sequenceLength)
        self.warn = warn
        guard let operand else {
            peak = 0
            file = nil
            return
        }
        peak = local.arithmetic.measurePeak()
        file = try MetricsFile(
            operand, run: inputs.run.digest, worker: inputs.worker,
            from: MetricsFile.Position(round: round, step: local.step))
        append([
            "type": "start",
            "run": inputs.run.digest.json,
            "worker": inputs.worker.json,
            "round": .integer(Int64(round)),
            "step": .integer(Int64(local.step)),
            "steps": .integer(Int64(inputs.assignment.steps)),
            "tokens_per_step": .integer(Int64(tokensPerStep)),
            "operations_per_token": .integer(Int64(operationsPerToken)),
            "threads": .integer(Int64(local.arithmetic.threads)),
            "instruction_set": .string(local.arithmetic.instructionSet.rawValue),
            "peak_operations_per_second": .integer(Int64(peak)),
        ])
    }

    /// Reports one step that took `seconds`.
    package mutating func add(_ report: StepReport, step: Int, seconds: Double) {
        let speed = Double(tokensPerStep) / max(seconds, 1e-9)
        append([
            "type": "step",
            "round": .integer(Int64(round)),
            "step": .integer(Int64(step)),
            "loss": Metrics.number(Double(report.lossMicronats) * 1e-6, places: 6),
            "learning_rate": .number("\(report.learningRate)"),
            "gradient_norm": .number("\(report.gradientNorm)"),
            "seconds": Metrics.number(seconds, places: 6),
            "tokens_per_second": Metrics.number(speed, places: 1),
            "share_of_peak": Metrics.number(speed * operationsPerToken / max(peak, 1), places: 4),
            "peak_memory_bytes": .integer(Int64(ProcessMemory.peak())),
        ])
    }

    /// Reports an evaluation on held-out text that took `seconds`.
    package mutating func add(_ evaluation: HeldOutEvaluation.Result, step: Int, seconds: Double) {
        append([
            "type": "evaluation",
            "round": .integer(Int64(round)),
            "step": .integer(Int64(step)),
            "loss": Metrics.number(evaluation.loss, places: 6),
            "sequences": .integer(Int64(evaluation.sequences)),
            "tokens": .integer(Int64(evaluation.tokens)),
            "seconds": Metrics.number(seconds, places: 6),
        ])
    }

    private mutating func append(_ record: JSON) {
        guard file != nil else { return }
        do {
            try file?.append(record)
        } catch {
            warn("there are no more metrics: \(error)")
            file = nil
        }
    }

    /// A number with its decimals, or null if it is not finite.
    private static func number(_ value: Double, places: Int) -> JSON {
        value.isFinite && abs(value) < 1e15
            ? .number(Decimal.text(value, places: places)) : .null
    }
}
