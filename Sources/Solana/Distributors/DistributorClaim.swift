package import Encodings
package import Storage

/// What one claimant can fetch.
package struct DistributorClaim: Sendable, Equatable {
    /// Amounts that can be fetched at once, and others that are released over time.
    package struct Allocation: Sendable, Equatable {
        /// Base units that can be fetched at once.
        package var unlocked: UInt64
        /// Base units that are released between start and end.
        package var locked: UInt64

        /// An allocation.
        package init(unlocked: UInt64 = 0, locked: UInt64 = 0) {
            self.unlocked = unlocked
            self.locked = locked
        }
    }

    /// Why somebody is allotted something; Jito's files keep the reasons apart.
    package enum Category: String, Sendable, CaseIterable {
        case staker
        case searcher
        case validator
    }

    /// The wallet that can fetch it.
    package let claimant: Address
    /// The allocations by reason, in the order of the cases.
    package let allocations: [Allocation]
    /// All that is unlocked.
    package let unlocked: UInt64
    /// All that is locked.
    package let locked: UInt64

    /// A claim; its amounts together must be below 2^64.
    package init(
        _ claimant: Address, _ allocations: [Category: Allocation]
    ) throws(MalformedInput) {
        self.claimant = claimant
        self.allocations = Category.allCases.map { allocations[$0] ?? Allocation() }
        let subject = "claim of \(claimant)"
        unlocked = try self.allocations.map(\.unlocked).checkedSum(in: subject)
        locked = try self.allocations.map(\.locked).checkedSum(in: subject)
        _ = try [unlocked, locked].checkedSum(in: subject)
    }

    /// Both amounts together.
    package var total: UInt64 { unlocked + locked }

    /// The claim of the same claimant to the amounts of both.
    func adding(_ other: DistributorClaim) throws(MalformedInput) -> DistributorClaim {
        var sums: [Category: Allocation] = [:]
        for (category, (left, right)) in zip(
            Category.allCases, zip(allocations, other.allocations))
        {
            let subject = "claim of \(claimant)"
            sums[category] = Allocation(
                unlocked: try [left.unlocked, right.unlocked].checkedSum(in: subject),
                locked: try [left.locked, right.locked].checkedSum(in: subject))
        }
        return try DistributorClaim(claimant, sums)
    }

    /// The hash of the leaf: SHA-256(0x00 ‖ SHA-256(claimant ‖ unlocked ‖ locked)).
    package var leafHash: Digest {
        let inner = Digest(
            hashing: claimant.bytes + LittleEndian.bytes(of: [unlocked, locked]))
        return Digest(hashing: [0x00] + inner.bytes)
    }
}

extension [UInt64] {
    /// The sum, which must be below 2^64.
    func checkedSum(in subject: String) throws(MalformedInput) -> UInt64 {
        var total: UInt64 = 0
        for amount in self {
            let (sum, overflows) = total.addingReportingOverflow(amount)
            guard !overflows else {
                throw MalformedInput("the amounts add up to more than 2^64 - 1", in: subject)
            }
            total = sum
        }
        return total
    }
}
