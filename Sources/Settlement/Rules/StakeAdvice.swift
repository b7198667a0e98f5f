/// The stake that makes cheating gain less than work.
package enum StakeAdvice {
    /// The least stake S, in base units, with p·s·S > c − p·R, rounded up; nil if none is enough.
    ///
    /// `cost` c is what a round of work costs, `probability` p how likely a cheat is caught, in parts
    /// per million, `pay` R what a round is paid, and `slash` s the share of the stake that is lost.
    package static func leastStake(
        cost: UInt64, probability: UInt64, pay: UInt64, slash: PartsPerMillion
    ) -> UInt64? {
        let whole = UInt128(PartsPerMillion.whole)
        let (saved, forgone) = (UInt128(cost) * whole, UInt128(probability) * UInt128(pay))
        guard saved >= forgone else { return 0 }
        let lost = UInt128(probability) * UInt128(slash.value)
        guard lost > 0 else { return nil }
        // Strictly more than the quotient, so that cheating loses.
        return UInt64(exactly: (saved - forgone) * whole / lost + 1)
    }
}
