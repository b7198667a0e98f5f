import Encodings
import UpdateCodec

/// What contributions of class `tolerant` count for (`tolerant` in the run file).
///
/// What they are judged by is no run's to choose: docs/tolerance.md.
package struct TolerantSettings: Sendable, Equatable {
    /// What their verified tokens are multiplied by for their share of the merge.
    package let weight: Double
    /// The largest share of the merge that all of them together may have.
    package let cap: Double
    /// What a token of theirs is paid of the reward of a token, in parts per million.
    package let payPartsPerMillion: Int

    /// Settings of the given values.
    package init(weight: Double, cap: Double, payPartsPerMillion: Int) {
        self.weight = weight
        self.cap = cap
        self.payPartsPerMillion = payPartsPerMillion
    }

    init(_ section: JSONFields) throws(MalformedInput) {
        var fields = section
        weight = try fields.number("weight", in: TolerantSettings.shares)
        cap = try fields.number("cap", in: TolerantSettings.shares)
        payPartsPerMillion = Int(try fields.integer("pay_ppm", in: 0...1_000_000))
        try fields.finish()
    }

    /// No share is so small that a merge of nothing else would be nothing.
    private static let shares: ClosedRange = 0.001...1
}

extension RunConfiguration {
    /// Whether the run takes contributions of this class.
    package func takes(_ arithmetic: ArithmeticClass) -> Bool {
        arithmetic == self.arithmetic || arithmetic == .tolerant && tolerant != nil
    }

    /// Refuses to tolerate where nobody has measured what that lets through, or where nobody's
    /// part in the merge is limited.
    func checkTolerance() throws(MalformedInput) {
        guard tolerant != nil else { return }
        guard arithmetic == .exact, case .adamW = optimizer.rule, codec.codec.transform == .none
        else {
            throw .field(
                "tolerant",
                expected: "a run of class exact with optimizer adamw and codec.transform none",
                found: "another")
        }
        guard merge.rule.method.givesShares else {
            throw .field(
                "tolerant", expected: "a merge rule that gives every update a share",
                found: "a rule by element")
        }
    }
}

extension MergeRule.Method {
    /// Whether an update's part in the merge is one number.
    fileprivate var givesShares: Bool {
        switch self {
        case .signVote, .coordinateMedian, .trimmedMean: false
        default: true
        }
    }
}
