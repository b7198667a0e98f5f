package import Encodings
package import Storage

/// What a distributor's account says on chain.
package struct DistributorState: Sendable, Equatable {
    /// The number of the distributor.
    package let version: UInt64
    /// The root of its tree.
    package let root: Digest
    /// The token.
    package let mint: Address
    /// All that can be claimed.
    package let total: UInt64
    /// How many claims there can be.
    package let claims: UInt64
    /// What has been fetched.
    package let claimed: UInt64
    /// How many have fetched something.
    package let claimants: UInt64
    /// When locked amounts begin to be released.
    package let start: Int64
    /// When all are released.
    package let end: Int64
    /// Whether the rest was taken back.
    package let isClawedBack: Bool

    /// The state in the data of an account: Anchor's mark, then the fields in order.
    package init(data: [UInt8]) throws(MalformedInput) {
        let mark = Digest(hashing: Array("account:MerkleDistributor".utf8)).bytes.prefix(8)
        guard data.starts(with: mark) else {
            throw MalformedInput("the account is no distributor of Jito's program")
        }
        var reader = WireReader(data, from: mark.count)
        _ = try reader.byte("bump")
        version = try reader.integer(8, "version")
        guard let root = Digest(try reader.bytes(32, "root")) else {
            preconditionFailure("a digest has 32 bytes")
        }
        self.root = root
        mint = try reader.address("mint")
        _ = try reader.address("vault")
        total = try reader.integer(8, "total")
        claims = try reader.integer(8, "claims")
        claimed = try reader.integer(8, "claimed")
        claimants = try reader.integer(8, "claimants")
        start = Int64(bitPattern: try reader.integer(8, "start"))
        end = Int64(bitPattern: try reader.integer(8, "end"))
        _ = try reader.integer(8, "clawback")
        _ = try reader.address("receiver")
        _ = try reader.address("admin")
        isClawedBack = try reader.byte("clawed back") != 0
    }

    /// Refuses a claim under `tree` from `distributor` that the program would refuse.
    package func check(_ tree: DistributorTree, _ distributor: Distributor) throws(MalformedInput) {
        guard mint == distributor.mint, version == distributor.version else {
            throw MalformedInput(
                "the account is distributor \(version) of \(mint), not \(distributor.version)"
                    + " of \(distributor.mint)")
        }
        guard root == tree.root else {
            throw MalformedInput("the distributor has root \(root), the tree \(tree.root)")
        }
        guard !isClawedBack else {
            throw MalformedInput("the distributor was closed: the rest was taken back")
        }
        guard claimants < claims else {
            throw MalformedInput("all \(claims) claims have been fetched")
        }
    }
}
