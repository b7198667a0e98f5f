import LanguageModel
package import Rounds
import UpdateCodec

/// The operators that turn a trained round into an update: pseudo-gradient, what is fed back, what is
/// sent of every chunk, and what is withheld (docs/formats/update.md).
///
/// For updates without a transform, of rounds whose pseudo-gradient is a difference of weights.
extension StepGraph {
    /// The names of the two numbers that the run file gives.
    static let (feedback, minusShare) = ("error_feedback", "minus_feedback_share")

    /// The compression of a round; nil if it is not of the kind that can be written out.
    package static func compression(_ run: RunConfiguration) -> StepGraph? {
        let format = run.codec.codec
        guard format.transform == .none, !run.optimizer.keepsDisplacement else { return nil }
        var graph = StepGraph(run.model, steps: 0, 0, 0)
        let feedback = graph.add("constant.\(StepGraph.feedback)", .source, [], 1, 1)
        let share = graph.add("constant.\(StepGraph.minusShare)", .source, [], 1, 1)
        for tensor in graph.layout.tensors {
            graph.addCompression(
                of: tensor, run.codec, codec: format.codec(of: tensor.shape), feedback, share)
        }
        return graph
    }

    private mutating func addCompression(
        of tensor: ParameterTensor, _ settings: CodecSettings, codec: TensorCodec, _ feedback: Int,
        _ share: Int
    ) {
        let (count, columns) = (tensor.range.count, tensor.shape.last ?? 1)
        let rows = count / columns
        let state = { (graph: inout StepGraph, buffer: String) in
            let number = graph.add("\(buffer)/\(tensor.name)", .state, [], rows, columns)
            graph.closing[StateTensor(buffer, tensor.name)] = number
            return number
        }
        let base = add("base/\(tensor.name)", .source, [], rows, columns)
        let trained = state(&self, "parameters")
        _ = (state(&self, "first_moment"), state(&self, "second_moment"))
        let residual = state(&self, "residual")
        let gradient = add(
            "\(tensor.name)/pseudo-gradient", .subtract, [base, trained], rows, columns)
        let fed = add(
            "\(tensor.name)/fed", .multiplyAdd, [residual, feedback, gradient], rows, columns)
        let chunks = codec.chunkCount(count)
        let chunked = add(
            "\(tensor.name)/chunks", .flatten, [fed], settings: [0], chunks, codec.chunk)
        let kept = { (graph: inout StepGraph, part: String, values: ValueFormat) in
            graph.add(
                "\(tensor.name)/\(part)", .largest, [chunked],
                settings: [codec.chunk, codec.keep, Int(values.code), count], chunks, codec.chunk)
        }
        let sent = kept(&self, "sent", codec.values)
        let takenOut =
            settings.feedback == settings.codec ? sent : kept(&self, "taken-out", .float32)
        let withheld = add(
            "\(tensor.name)/withheld", .multiplyAdd, [takenOut, share, chunked], chunks,
            codec.chunk)
        closing[StateTensor("residual", tensor.name)] = add(
            "residual/\(tensor.name)/after", .flatten, [withheld], settings: [0], rows, columns)
    }
}
