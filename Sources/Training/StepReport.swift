/// What one inner step computed, for people; nothing is computed from it.
package struct StepReport: Sendable, Equatable {
    /// The mean loss in micronats a token, as the contribution will state it.
    package let lossMicronats: Int64
    /// The learning rate.
    package let learningRate: Float
    /// The norm of the whole gradient before clipping.
    package let gradientNorm: Float
}
