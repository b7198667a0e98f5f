package import Encodings
package import Storage

/// What a distributor is made with.
package struct DistributorTerms: Sendable {
    /// How long after the end the rest may be taken back, at the least, in seconds.
    package static let clawbackDelay: Int64 = 86_400

    /// The root of the tree.
    package var root: Digest
    /// All that can be claimed, in base units.
    package var total: UInt64
    /// How many claims there are.
    package var claims: UInt64
    /// When locked amounts begin to be released, in seconds since 1970.
    package var start: Int64
    /// When all are released.
    package var end: Int64
    /// When the admin may take back what nobody fetched.
    package var clawback: Int64
    /// The token account that it is then paid to.
    package var clawbackReceiver: Address
    /// Who makes the distributor, and pays for it.
    package var admin: Address

    /// The terms of `tree`.
    package init(
        _ tree: DistributorTree, start: Int64, end: Int64, clawback: Int64,
        clawbackReceiver: Address, admin: Address
    ) {
        root = tree.root
        total = tree.total
        claims = UInt64(tree.claims.count)
        self.start = start
        self.end = end
        self.clawback = clawback
        self.clawbackReceiver = clawbackReceiver
        self.admin = admin
    }

    /// Refuses what the program would refuse at `now`, in the same order.
    package func check(at now: Int64) throws(MalformedInput) {
        guard start < end else {
            throw MalformedInput("the end, \(end), must be later than the start, \(start)")
        }
        guard start > now else {
            throw MalformedInput(
                "the start, \(start), must still be to come when the transaction is executed;"
                    + " it is \(now)")
        }
        let (earliest, overflows) = end.addingReportingOverflow(Self.clawbackDelay)
        guard !overflows, clawback >= earliest else {
            throw MalformedInput(
                "the clawback, \(clawback), must be at least \(Self.clawbackDelay) seconds after"
                    + " the end, \(end)")
        }
    }
}
