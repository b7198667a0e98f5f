package import Encodings
import UpdateCodec

/// What an operator of a kind must have to be computed at all.
private struct Needs {
    let inputs: ClosedRange<Int>
    let settings: Int
    var columns: Int?
}

extension Operator {
    /// Refuses an operator whose inputs, settings or shape its kind cannot have.
    ///
    /// Where its inputs lie is checked as they are read.
    package func expectSound() throws(MalformedInput) {
        guard isSound else {
            throw MalformedInput(
                "operator '\(name)' has inputs, settings or a shape that '\(kind.rawValue)' cannot"
                    + " have")
        }
    }

    private var isSound: Bool {
        let needs = needs
        guard needs.inputs.contains(inputs.count), settings.count == needs.settings,
            needs.columns.map({ $0 == shape.columns }) ?? true
        else { return false }
        switch kind {
        case .chain, .pairedChain, .sumInOrder, .lookupGradient, .laneMaximum, .laneSum,
            .laneProduct:
            let length = settings[1] - settings[0]
            return (1...StepGraph.blockLength).contains(length)
                && (settings.count == 2 || hasHeads(settings.dropFirst(2)))
        case .transpose: return settings[0] > 0
        case .flatten:
            return settings.first == 0 && zip(settings, settings.dropFirst()).allSatisfy { $0 < $1 }
        case .rotation: return hasHeads(settings[..<2]) && settings[1] % 2 == 0
        case .scores, .scoreSensitivity, .attention, .keyGradient, .headProduct:
            return hasHeads(settings[...]) && settings[1] % settings[2] == 0
        case .largest:
            return (1...TensorCodec.chunkLimit).contains(settings[0])
                && (1...settings[0]).contains(settings[1])
                && settings[2] < ValueFormat.allCases.count && shape.columns == settings[0]
                && settings[3] > 0 && (settings[3] - 1) / settings[0] == shape.rows - 1
        default: return true
        }
    }

    /// Whether settings are a number of tokens and numbers or sizes of heads, so that no place
    /// computed from them overflows.
    private func hasHeads(_ settings: ArraySlice<Int>) -> Bool {
        settings.first.map { (1...TraceLimits.tokens).contains($0) } ?? false
            && settings.dropFirst().allSatisfy { (1...TraceLimits.heads).contains($0) }
    }

    private var needs: Needs {
        switch kind {
        case .source, .state: Needs(inputs: 0...0, settings: 0)
        case .reciprocal: Needs(inputs: 1...1, settings: 0)
        case .add, .subtract, .multiply, .divide, .exponential, .gate, .upGradient, .clipScale:
            Needs(inputs: 2...2, settings: 0)
        case .multiplyAdd, .reciprocalRoot, .gateGradient: Needs(inputs: 3...3, settings: 0)
        case .scoreGradient, .zLossReciprocal, .firstMoment: Needs(inputs: 4...4, settings: 0)
        case .normGradient: Needs(inputs: 4...5, settings: 0)
        case .secondMoment: Needs(inputs: 5...5, settings: 0)
        case .descent: Needs(inputs: 7...7, settings: 0)
        case .chain, .pairedChain, .lookupGradient: Needs(inputs: 2...3, settings: 2)
        case .sumInOrder: Needs(inputs: 1...2, settings: 2)
        case .laneMaximum, .laneSum:
            settings.count == 4
                ? Needs(inputs: 2...3, settings: 4, columns: Operator.lanes)
                : Needs(inputs: 1...2, settings: 2, columns: Operator.lanes)
        case .laneProduct: Needs(inputs: 2...3, settings: 2, columns: Operator.lanes)
        case .joinedMaximum, .joinedSum, .norm: Needs(inputs: 1...1, settings: 0, columns: 1)
        case .transpose: Needs(inputs: 1...1, settings: 1, columns: settings.first)
        case .flatten: Needs(inputs: 1...TraceLimits.numbers, settings: inputs.count)
        case .lookup: Needs(inputs: 2...2, settings: 0)
        case .rotation: Needs(inputs: 3...3, settings: 3)
        case .scores, .scoreSensitivity, .attention, .keyGradient:
            Needs(inputs: 3...3, settings: 4)
        case .headProduct: Needs(inputs: 2...2, settings: 4, columns: 1)
        case .loss: Needs(inputs: 4...4, settings: 0, columns: 1)
        case .logitGradient: Needs(inputs: 4...4, settings: 0)
        case .largest: Needs(inputs: 1...1, settings: 4)
        }
    }
}
