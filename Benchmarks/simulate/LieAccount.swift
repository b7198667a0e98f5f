import Rounds
import Settlement
import Verification

/// What a lie brought its worker, beside honest work and beside what the terms of the policy say.
struct LieAccount: Sendable {
    /// Whether an audit found it.
    let isFound: Bool
    /// The probability that one does.
    let detection: Double
    /// The share of the claimed steps that was not trained.
    let falseShare: Double
    /// What was paid, and what honest work would have been paid, in base units.
    let pay, honestPay: Double
    /// What was at stake, and lost of it, in base units.
    let stake, slashed: Double
    /// What it gained over honest work, and was to gain, in base units.
    let gain, expectedGain: Double
    /// The least stake with which it does not pay, in base units; nil if none is enough.
    let advisedStake: UInt64?

    /// The account of a lie that was paid `pay` and cost `slashed`.
    ///
    /// A step that is accepted is paid `stepPay` and costs `stepCost` to train. A worker who has bribed
    /// all verifiers is never punished.
    init(
        of delivery: Delivery, strategy: Strategy, pay: UInt64, slashed: UInt64, stepPay: Double,
        stepCost: Double, replay: VerificationSettings.Replay, isPunished: Bool
    ) {
        let segmentation = delivery.segmentation
        let steps = Double(segmentation.steps)
        let trained = Double(delivery.trained)
        let untrained = steps - trained
        let honestSteps = steps / Double(strategy.declaredFactor)
        let terms = AuditTerms(replay, count: segmentation.count)
        isFound = delivery.isFound
        detection = terms.detection(bad: delivery.falseSegments)
        falseShare = untrained / steps
        self.pay = Double(pay)
        self.slashed = Double(slashed)
        stake = Double(delivery.stake)
        honestPay = honestSteps * stepPay
        let spent = (trained + untrained * strategy.forgeryCost) * stepCost
        let honest = honestPay - honestSteps * stepCost
        gain = Double(pay) - spent - Double(slashed) - honest
        let share = Double(Scenario.slash) * 1e-6
        let caught = isPunished ? detection : 0
        let claimed = steps * stepPay
        expectedGain = claimed - spent - honest - caught * (claimed + share * stake)
        let slash = PartsPerMillion(Scenario.slash)
        advisedStake = slash.flatMap { slash in
            StakeAdvice.leastStake(
                cost: UInt64(max(0, claimed - spent - honest)),
                probability: UInt64(caught * 1e6), pay: UInt64(claimed), slash: slash)
        }
    }
}
