import LanguageModel
import Numerics
package import Rounds
import UpdateCodec

extension SampleRound {
    /// What a receiver decodes of a contribution's update, in layout order.
    package func decoded(_ contribution: Contribution) -> [Float] {
        let values = FloatStorage(count: base.layout.count)
        for (tensor, encoded) in zip(base.layout.tensors, contribution.update) {
            let part = values.view[tensor.range]
            run.codec.codec.codec(of: tensor.shape).accumulate(encoded, times: 1, into: part)
            run.codec.codec.restore(part, shape: tensor.shape, Arithmetic(threads: 1))
        }
        return values.view.array
    }
}
