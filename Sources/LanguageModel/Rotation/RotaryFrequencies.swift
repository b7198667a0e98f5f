import Numerics

/// How fast each pair of a head turns, and what the turned pairs are multiplied by.
package struct RotaryFrequencies: Sendable, Equatable {
    /// Radians a position, of each pair, `[D/2]`.
    package let values: [Double]
    /// The factor of every cosine and sine: 1 but under YaRN.
    package let amplitude: Double

    /// A whole turn in radians.
    static let turn = 6.28318530717958647693

    /// The frequencies for sequences of `length` tokens; only `dynamic` scaling looks at that.
    package init(_ model: ModelConfiguration, length: Int) {
        let logBase = ElementaryFunctions.log(model.ropeTheta)
        let plain = Self.geometric(logBase: logBase, headSize: model.headSize)
        switch model.ropeScaling {
        case nil:
            values = plain
        case .linear(let factor):
            values = plain.map { $0 / factor }
        case .dynamic(let factor):
            let growth = Self.growth(factor, length: length, of: model.contextLength)
            let power = Double(model.headSize) / Double(model.headSize - 2)
            values = Self.geometric(
                logBase: logBase + power * ElementaryFunctions.log(growth),
                headSize: model.headSize)
        case .llama3(let scaling):
            values = plain.map(scaling.scaled)
        case .yarn(let scaling):
            values = scaling.scaled(plain, logBase: logBase)
        }
        amplitude = if case .yarn(let scaling) = model.ropeScaling { scaling.amplitude } else { 1 }
    }

    /// θ^(−2i/D) of each pair i.
    private static func geometric(logBase: Double, headSize: Int) -> [Double] {
        (0..<headSize / 2).map { pair in
            ElementaryFunctions.exp(-logBase * (Double(2 * pair) / Double(headSize)))
        }
    }

    /// What the base grows by, before the power: 1 up to the context length.
    private static func growth(_ factor: Double, length: Int, of contextLength: Int) -> Double {
        guard length > contextLength else { return 1 }
        return factor * Double(length) / Double(contextLength) - (factor - 1)
    }
}

extension ModelConfiguration {
    /// What of a sequence's length decides the rotation: nothing, or under `dynamic` scaling the
    /// length itself where it exceeds the context length.
    func rotaryLength(of tokens: Int) -> Int? {
        guard case .dynamic = ropeScaling else { return nil }
        return max(tokens, contextLength)
    }
}
