/// What became of the contributions of a group whose rounds are final: sums over them.
struct GroupTally: Sendable {
    /// What is added up; money is in base units.
    enum Figure: Int, CaseIterable {
        /// Contributions, and those with a false segment.
        case contributions, lies
        /// Lies that an audit found, and that cost stake.
        case found, slashes
        /// Lies that audits were to find by the terms of the policy, and the variance of that.
        case expected, variance
        /// What was paid for lies, what of it for steps that were not trained, and what lies cost in stakes.
        case paid, unearned, slashed
        /// What lies gained over honest work, the squares of it, and what they were to gain.
        case gained, gainedSquares, expectedGain
        /// What was at stake for lies, what `advise-stake` says, and the lies for which none is enough.
        case staked, advised, hopeless
        /// What honest work in the place of lies would have been paid.
        case honestPay
    }

    private var sums = [Double](repeating: 0, count: Figure.allCases.count)

    /// The sum of a figure.
    private(set) subscript(figure: Figure) -> Double {
        get { sums[figure.rawValue] }
        set { sums[figure.rawValue] = newValue }
    }

    /// Counts a contribution, of which a lie has `account`.
    mutating func count(_ account: LieAccount?) {
        self[.contributions] += 1
        guard let account else { return }
        self[.lies] += 1
        self[.found] += account.isFound ? 1 : 0
        self[.slashes] += account.slashed > 0 ? 1 : 0
        self[.expected] += account.detection
        self[.variance] += account.detection * (1 - account.detection)
        self[.paid] += account.pay
        self[.unearned] += account.pay * account.falseShare
        self[.slashed] += account.slashed
        self[.gained] += account.gain
        self[.gainedSquares] += account.gain * account.gain
        self[.expectedGain] += account.expectedGain
        self[.staked] += account.stake
        self[.advised] += account.advisedStake.map { Double($0) } ?? 0
        self[.hopeless] += account.advisedStake == nil ? 1 : 0
        self[.honestPay] += account.honestPay
    }

    /// The tallies of two groups together.
    static func + (left: GroupTally, right: GroupTally) -> GroupTally {
        var sum = left
        for figure in Figure.allCases { sum[figure] += right[figure] }
        return sum
    }
}
