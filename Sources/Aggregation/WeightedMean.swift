package import LanguageModel
package import Numerics
package import Storage
package import UpdateCodec

/// The merge rule `weighted-mean v1`: the mean of the decoded updates, weighted by verified tokens.
///
/// Updates are added in ascending order of their contributions' digests, so the sum does not
/// depend on the order of arguments; memory does not depend on their number.
package struct WeightedMean {
    private let codec: UpdateFormat
    private let layout: ParameterLayout
    private let totalTokens: Int
    private let sum: FloatStorage
    private var last: Digest?

    /// An empty mean of updates whose tokens will add up to `totalTokens`.
    package init(codec: UpdateFormat, layout: ParameterLayout, totalTokens: Int) {
        precondition(totalTokens > 0)
        self.codec = codec
        self.layout = layout
        self.totalTokens = totalTokens
        sum = FloatStorage(count: layout.count)
    }

    /// Adds the update of the contribution `digest`, which follows all those added before.
    package mutating func add(_ update: [EncodedTensor], tokens: Int, digest: Digest) {
        precondition(last.map { $0 < digest } ?? true, "updates come in ascending order of digests")
        last = digest
        let weight = Float(Double(tokens) / Double(totalTokens))
        for (tensor, encoded) in zip(layout.tensors, update) {
            codec.codec(of: tensor.shape).accumulate(
                encoded, times: weight, into: sum.view[tensor.range])
        }
    }

    /// The mean pseudo-gradient, in layout order.
    package consuming func finish() -> FloatStorage {
        let arithmetic = Arithmetic(threads: 1)
        for tensor in layout.tensors {
            codec.restore(sum.view[tensor.range], shape: tensor.shape, arithmetic)
        }
        return sum
    }
}
