/// A ratio in parts per million, from 0 to 1 000 000.
package struct PartsPerMillion: Hashable, Sendable {
    /// The largest value: the whole.
    package static let whole: UInt64 = 1_000_000

    /// The number of millionths.
    package let value: UInt64

    /// A ratio of `value` millionths, or `nil` when it is more than the whole.
    package init?(_ value: UInt64) {
        guard value <= Self.whole else { return nil }
        self.value = value
    }

    /// This share of an amount, rounded down, so the rounding always favours the owner.
    package func share(of amount: UInt64) -> UInt64 {
        UInt64(UInt128(amount) * UInt128(value) / UInt128(Self.whole))
    }
}
