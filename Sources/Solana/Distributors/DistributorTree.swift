package import Encodings
package import Storage

/// The tree of Jito's and Jupiter's distributors over a list of claims.
///
/// A node is SHA-256(0x01 ‖ smaller ‖ larger) of its children in byte order. An odd level pairs
/// its last node with itself, so that its proof holds its own hash.
package struct DistributorTree: Sendable {
    /// The most claims of a tree; larger lists are split into trees with versions of their own.
    package static let maximumClaims = 16_384

    /// The claims, in the order of the leaves.
    package let claims: [DistributorClaim]
    /// All that can be claimed.
    package let total: UInt64
    /// The nodes by level, leaves first.
    private let levels: [[Digest]]

    private let places: [Address: Int]

    /// The tree over `rows`; the claims of one claimant are added up at the first one's place.
    package init(_ rows: [DistributorClaim]) throws(MalformedInput) {
        var claims: [DistributorClaim] = []
        var places: [Address: Int] = [:]
        for row in rows {
            if let place = places[row.claimant] {
                claims[place] = try claims[place].adding(row)
            } else {
                places[row.claimant] = claims.count
                claims.append(row)
            }
        }
        guard (1...Self.maximumClaims).contains(claims.count) else {
            throw MalformedInput(
                "expected 1 to \(Self.maximumClaims) claims, found \(claims.count)")
        }
        self.claims = claims
        self.places = places
        total = try claims.map(\.total).checkedSum(in: "tree")
        levels = Self.levels(over: claims.map(\.leafHash))
    }

    private static func levels(over leaves: [Digest]) -> [[Digest]] {
        var levels = [leaves]
        while let last = levels.last, last.count > 1 {
            levels.append(
                stride(from: 0, to: last.count, by: 2).map { index in
                    node(last[index], last[min(index + 1, last.count - 1)])
                })
        }
        return levels
    }

    /// The hash of two nodes together.
    private static func node(_ left: Digest, _ right: Digest) -> Digest {
        Digest(hashing: [0x01] + min(left, right).bytes + max(left, right).bytes)
    }

    /// The hash of the whole.
    package var root: Digest { levels[levels.count - 1][0] }

    /// The hashes that lead from the claim at `place` to the root.
    package func proof(at place: Int) -> [Digest] {
        var position = place
        var proof: [Digest] = []
        for level in levels.dropLast() {
            proof.append(level[min(position ^ 1, level.count - 1)])
            position /= 2
        }
        return proof
    }

    /// The place of the claim of `claimant`, or nil if there is none.
    package func place(of claimant: Address) -> Int? { places[claimant] }

    /// Whether `proof` leads from `claim` to `root`.
    package static func verify(
        _ claim: DistributorClaim, _ proof: [Digest], root: Digest
    ) -> Bool {
        proof.reduce(claim.leafHash) { node($0, $1) } == root
    }
}
