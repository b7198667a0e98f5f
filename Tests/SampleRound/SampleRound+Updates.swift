import LanguageModel
import Numerics
package import Rounds
import UpdateCodec

extension SampleRound {
    /// What a receiver decodes of a contribution's update, in layout order.
    package func decoded(_ contribution: Contribution) -> [Float] {
        let values = FloatStorage(count: base.layout.count)
        for (tensor, encoded) in zip(base.layout.tensors, contribution.update) {
            run.codec.codec.accumulate(encoded, times: 1, into: values.view[tensor.range])
        }
        return values.view.array
    }
}
