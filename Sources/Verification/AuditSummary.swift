package import Encodings
package import Rounds
import Storage

/// What the audits of one round come to: how much is replayed, what that finds, and the stake with
/// which cheating does not pay.
package struct AuditSummary: Sendable {
    /// What a worker might gain, which no file tells.
    package struct Stakes: Sendable {
        /// What a share of the work costs its worker, in parts per million of its reward.
        package let workCost: Int
        /// What somebody else pays for one false segment, in base units.
        package let outsideGain: UInt64

        /// The gains to be deterred.
        package init(workCost: Int, outsideGain: UInt64) {
            self.workCost = workCost
            self.outsideGain = outsideGain
        }
    }

    private let plans: [AuditPlan]
    private let run: RunConfiguration
    private let stakes: Stakes
    private let terms: AuditTerms
    /// The largest reward of the round's contributions.
    private let reward: Double

    /// The summary of `plans`, at least one, whose contributions claim `tokens`.
    ///
    /// It is about the contribution that is the hardest to catch, of the most segments, and the
    /// one that is paid most.
    package init(_ plans: [AuditPlan], tokens: [Int], run: RunConfiguration, _ stakes: Stakes) {
        precondition(!plans.isEmpty, "plans to sum up")
        self.plans = plans
        self.run = run
        self.stakes = stakes
        terms = AuditTerms(
            run.verification.replay, count: plans.map(\.segmentation.count).max() ?? 1)
        let all = tokens.reduce(0.0) { $0 + Double($1) }
        reward = Double(run.reward.perRound) * Double(tokens.max() ?? 0) / max(all, 1)
    }

    private var slash: Double { Double(run.reward.slashPartsPerMillion) * 1e-6 }
    private var drawn: Int { plans.count { $0.scope != .none } }

    /// The steps that are replayed among all that are claimed.
    private var replayedShare: Double {
        let all = plans.reduce(0) { $0 + $1.segmentation.steps }
        return Double(plans.reduce(0) { $0 + $1.steps }) / Double(max(all, 1))
    }

    private var stakeAgainstIdling: UInt64? {
        terms.stakeAgainstIdling(
            cost: Double(stakes.workCost) * 1e-6 * reward, reward: reward, slash: slash)
    }

    private var stakeAgainstOutsiders: UInt64? {
        terms.stake(
            gain: Double(stakes.outsideGain), bad: 1, reward: reward, slash: slash)
    }

    /// The JSON record; no share, probability or stake looks better than it is.
    package var json: JSON {
        func parts(_ value: Double, _ rule: FloatingPointRoundingRule) -> JSON {
            .integer(AuditTerms.partsPerMillion(value, rule))
        }
        func amount(_ value: UInt64?) -> JSON { value.map { .string(String($0)) } ?? .null }
        return [
            "type": "audit-terms",
            "rule": .string(AuditPlan.rule),
            "run": run.digest.json,
            "round": .integer(Int64(plans[0].round)),
            "seed": plans[0].seed.json,
            "contributions": .integer(Int64(plans.count)),
            "drawn": .integer(Int64(drawn)),
            "share_ppm": parts(terms.share, .down),
            "segments": .integer(Int64(terms.sampled)),
            "of": .integer(Int64(terms.count)),
            "found_one_ppm": parts(terms.detection(bad: 1), .down),
            "found_all_ppm": parts(terms.detection(bad: terms.count), .down),
            "cost_ppm": parts(terms.cost, .up),
            "replayed_ppm": parts(replayedShare, .up),
            "reward": .string(String(UInt64(reward.rounded(.up)))),
            "slash_ppm": .integer(Int64(run.reward.slashPartsPerMillion)),
            "work_cost_ppm": .integer(Int64(stakes.workCost)),
            "outside_gain": .string(String(stakes.outsideGain)),
            "stake_idle": amount(stakeAgainstIdling),
            "stake_outside": amount(stakeAgainstOutsiders),
        ]
    }

    /// The same for people: what is said, and the number.
    package var table: [(name: String, value: String)] {
        func share(_ value: Double, _ rule: FloatingPointRoundingRule) -> String {
            let parts = AuditTerms.partsPerMillion(value, rule)
            let fraction = String(parts % 10_000)
            return "\(parts / 10_000)."
                + String(repeating: "0", count: 4 - fraction.count) + fraction + " %"
        }
        func amount(_ value: UInt64?) -> String {
            value.map { "\($0) base units" } ?? "none is enough"
        }
        var rows = [
            ("contributions drawn", "\(drawn) of \(plans.count)"),
            ("segments of each", "\(terms.sampled) of \(terms.count)"),
            ("steps replayed now", share(replayedShare, .up)),
            ("steps replayed on average", share(terms.cost, .up)),
        ]
        var bad = 1
        while bad < terms.count {
            rows.append(("found with \(bad) false", share(terms.detection(bad: bad), .down)))
            bad *= 4
        }
        rows += [
            ("found with all false", share(terms.detection(bad: terms.count), .down)),
            ("stake against idling", amount(stakeAgainstIdling)),
            ("stake against outsiders", amount(stakeAgainstOutsiders)),
        ]
        return rows.map { (name: $0.0, value: $0.1) }
    }
}
