package import Numerics

/// The norm of a gradient and the clipping that goes by it.
package enum GradientNorm {
    /// The Euclidean norm of all elements, in the fixed shape of `Arithmetic.norm`.
    package static func globalNorm(_ gradient: FloatStorage, _ arithmetic: Arithmetic) -> Float {
        arithmetic.norm(gradient.view)
    }

    /// What `torch.nn.utils.clip_grad_norm_` multiplies by: maximum / (norm + 10⁻⁶), at most 1.
    ///
    /// A norm that is not finite gives NaN, which no later step may take for a scale.
    package static func clipScale(norm: Float, maximum: Float) -> Float {
        guard norm.isFinite else { return .nan }
        let scale = maximum / (norm + 1e-6)
        return scale < 1 ? scale : 1
    }
}
