/// The largest sizes a model description may ask for; anything above is refused before memory is.
package enum ModelLimits {
    /// Entries of the vocabulary.
    package static let vocabularySize: ClosedRange<Int64> = 1...1_048_576
    /// Width of the residual stream.
    package static let hiddenSize: ClosedRange<Int64> = 1...65_536
    /// Width of the feed-forward layer.
    package static let intermediateSize: ClosedRange<Int64> = 1...262_144
    /// Decoder layers.
    package static let layerCount: ClosedRange<Int64> = 1...1_024
    /// Query heads, and key-value heads.
    package static let headCount: ClosedRange<Int64> = 1...1_024
    /// Elements of one head; rotation needs an even number.
    package static let headSize: ClosedRange<Int64> = 2...1_024
    /// Tokens a model may look back on.
    package static let contextLength: ClosedRange<Int64> = 1...1_048_576
    /// Parameters of the whole model: 64 GiB of single precision.
    package static let parameterCount = 1 << 34
    /// The constant under the root of the norms.
    package static let normEpsilon: ClosedRange<Double> = 1e-12...1e-1
    /// The base of the rotation's frequencies.
    package static let ropeTheta: ClosedRange<Double> = 1...1e12
    /// How many times scaling of the rotation may lengthen the context.
    package static let ropeFactor: ClosedRange<Double> = 1...65_536
    /// Turns that bound what scaling does to a frequency.
    package static let ropeTurns: ClosedRange<Double> = 1e-6...1e6
    /// What YaRN multiplies queries and keys by.
    package static let ropeAmplitude: ClosedRange<Double> = 1e-3...1e3
    /// The weights of ln s in that factor.
    package static let ropeLengthWeight: ClosedRange<Double> = 0...1e3
}
