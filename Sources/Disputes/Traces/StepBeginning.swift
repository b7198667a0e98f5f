import LanguageModel
import Numerics
import Rounds
package import Training

/// What a step begins with: the values of the operators that compute nothing.
package struct StepBeginning: Sendable {
    /// The operators of the step.
    package let graph: StepGraph
    private var values: [String: FloatView] = [:]

    /// The beginning of the next step of a round, or of its compression if all steps are taken; nil
    /// if the run's methods are not of those that can be written out.
    package init?(_ round: LocalRound) {
        let inputs = round.inputs
        guard inputs.arithmetic == .exact else { return nil }
        if round.isComplete {
            guard let graph = StepGraph.compression(inputs.run) else { return nil }
            self.graph = graph
            setCompression(inputs.run, base: inputs.base.parameters)
        } else {
            let next = round.nextStep
            guard
                let constants = StepConstants(
                    inputs.run,
                    predictedTokens: next.sequences.reduce(0) { $0 + $1.predictedCount },
                    learningRate: next.learningRate, optimizerStep: next.optimizerStep)
            else { return nil }
            graph = .step(
                of: inputs.run.model, sequences: next.sequences.count,
                tokens: inputs.run.data.sequenceLength)
            for (name, value) in constants.values { set("constant.\(name)", [value]) }
            set("batch", StepBeginning.batch(next.sequences))
            set("rotation", inputs.run.model.rotation(tokens: graph.tokens))
        }
        for (buffer, weights) in round.stateBuffers {
            for tensor in graph.layout.tensors {
                set("\(buffer)/\(tensor.name)", weights.view[tensor.range].array)
            }
        }
    }

    private mutating func setCompression(_ run: RunConfiguration, base: FloatStorage) {
        set("constant.\(StepGraph.feedback)", [run.codec.errorFeedback])
        set("constant.\(StepGraph.minusShare)", [-run.codec.feedbackShare])
        for tensor in graph.layout.tensors {
            set("base/\(tensor.name)", base.view[tensor.range].array)
        }
    }

    private mutating func set(_ name: String, _ value: [Float]) {
        values[name] = FloatView(copying: value)
    }

    /// A copy of the value of an operator that computes nothing.
    func value(of step: Operator) -> FloatView? {
        guard step.kind == .source || step.kind == .state else { return nil }
        guard let value = values[step.name] else {
            preconditionFailure("no value of \(step.name)")
        }
        return FloatView(copying: value.array)
    }

    /// Tokens read, targets and first keys, `[3, N]`.
    private static func batch(_ sequences: [TokenSequence]) -> [Float] {
        var (tokens, targets, starts) = ([Float](), [Float](), [Float]())
        for sequence in sequences {
            tokens += sequence.tokens.dropLast().map { Float($0) }
            targets += zip(sequence.tokens.dropFirst(), sequence.predictions)
                .map { $1 ? Float($0) : -1 }
            for run in sequence.attentionRuns {
                starts += run.map { _ in Float(run.lowerBound) }
            }
        }
        return tokens + targets + starts
    }
}
