import Numerics

/// The format that weights and activations are rounded to; everything else is single precision.
package enum Precision: Sendable, Equatable {
    /// No rounding: weights and activations are floats.
    case float32
    /// Weights are bfloat16 numbers, and so is every activation that a later operation reads;
    /// `docs/model.md`, section 9.
    case bfloat16
}

extension Precision {
    /// Rounds an activation that later operations read.
    func round(_ x: Matrix, _ arithmetic: Arithmetic) {
        if self == .bfloat16 { arithmetic.roundToBFloat16(x.floats(ofRows: 0..<x.rows)) }
    }
}
