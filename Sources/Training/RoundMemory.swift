package import LanguageModel
package import Numerics
package import Rounds
import UpdateCodec

/// The memory one worker's round takes.
package enum RoundMemory {
    /// What a round of `run` will need beside the `resident` bytes that the process has already,
    /// the base's weights among them, and the worker's state if `hasState`.
    package static func demand(
        _ run: RunConfiguration, layout: ParameterLayout, hasState: Bool, resident: Int,
        arithmetic: Arithmetic
    ) -> MemoryDemand {
        let weights = 4 * layout.count
        let own = run.arithmetic.precision == .bfloat16 ? weights / 2 : weights
        let held = hasState ? 4 * weights : weights
        var fixed: [MemoryPlan.Item] = [
            .init("program and data", bytes: max(0, resident - held)),
            .init("base weights", bytes: weights), .init("weights", bytes: own),
            .init("gradient", bytes: weights), .init("moments", bytes: 2 * weights),
            .init("residual", bytes: weights),
            .init("orthogonalisation", bytes: run.optimizer.workspace(layout)),
        ]
        fixed.removeAll { $0.bytes == 0 }
        return MemoryDemand(
            model: run.model, precision: run.arithmetic.precision,
            sequenceLength: run.data.sequenceLength, batch: run.round.batch,
            fixed: fixed, closing: closing(run.codec.codec, layout), arithmetic: arithmetic)
    }

    /// What compression and the contribution need: the encoded tensors, by themselves, in the
    /// update's file and compressed with it, and what a transform works in.
    private static func closing(_ format: UpdateFormat, _ layout: ParameterLayout) -> Int {
        let largest = layout.tensors.map(\.range.count).max() ?? 0
        let scratch = format.transform == .none ? 0 : 12 * largest
        return layout.tensors.reduce(4 << 20 + scratch) { bytes, tensor in
            bytes + 3 * format.codec(of: tensor.shape).byteLimit(tensor.range.count)
        }
    }
}
