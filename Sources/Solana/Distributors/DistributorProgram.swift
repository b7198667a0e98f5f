import Encodings
package import Storage

/// Jito's program that holds tokens under a Merkle root, from which claimants fetch their own.
package enum DistributorProgram {
    /// Its address.
    package static let id = Address(known: "mERKcfxMC5SqJn4Ld4BUris3WKZZ1ojjWJ3A3J5CKxv")

    /// The instructions that are known here.
    private enum Name: String, CaseIterable {
        case newDistributor = "new_distributor"
        case newClaim = "new_claim"
        case claimLocked = "claim_locked"

        /// The first 8 bytes of an instruction: of SHA-256 of its name as Anchor spells it.
        var discriminator: [UInt8] {
            Array(Digest(hashing: Array("global:\(rawValue)".utf8)).bytes.prefix(8))
        }
    }

    /// The name of the instruction whose data this is, or nil if it is not known.
    static func name(of data: [UInt8]) -> String? {
        Name.allCases.first { data.starts(with: $0.discriminator) }?.rawValue
            .replacing("_", with: "-")
    }

    /// Makes a distributor and its vault, which whoever pays has then to fill.
    package static func newDistributor(
        _ distributor: Distributor, _ terms: DistributorTerms
    ) -> Instruction {
        Instruction(
            id,
            [
                .writable(distributor.address), .writable(terms.clawbackReceiver),
                .readonly(distributor.mint), .writable(distributor.vault),
                .writableSigner(terms.admin), .readonly(SystemProgram.id),
                .readonly(AssociatedTokenProgram.id), .readonly(TokenProgram.id),
            ],
            data: Name.newDistributor.discriminator
                + LittleEndian.bytes(of: distributor.version) + terms.root.bytes
                + LittleEndian.bytes(of: [terms.total, terms.claims])
                + LittleEndian.bytes(of: [terms.start, terms.end, terms.clawback]))
    }

    /// Fetches what is unlocked for `claim`, and records what is locked.
    package static func newClaim(
        _ claim: DistributorClaim, proof: [Digest], from distributor: Distributor,
        to account: Address
    ) -> Instruction {
        Instruction(
            id,
            [
                .writable(distributor.address), .writable(distributor.status(of: claim.claimant)),
                .writable(distributor.vault), .writable(account), .writableSigner(claim.claimant),
                .readonly(TokenProgram.id), .readonly(SystemProgram.id),
            ],
            data: Name.newClaim.discriminator
                + LittleEndian.bytes(of: [claim.unlocked, claim.locked])
                + LittleEndian.bytes(of: [UInt32(proof.count)]) + proof.flatMap(\.bytes))
    }

    /// Fetches what has been released since of what was locked.
    package static func claimLocked(
        by claimant: Address, from distributor: Distributor, to account: Address
    ) -> Instruction {
        Instruction(
            id,
            [
                .writable(distributor.address), .writable(distributor.status(of: claimant)),
                .writable(distributor.vault), .writable(account), .writableSigner(claimant),
                .readonly(TokenProgram.id),
            ], data: Name.claimLocked.discriminator)
    }
}

/// A distributor by name: a token and a number, which everybody can take first.
package struct Distributor: Hashable, Sendable {
    /// The token.
    package let mint: Address
    /// The number.
    package let version: UInt64
    /// Its address.
    package let address: Address
    /// The token account that it pays from.
    package let vault: Address

    /// Distributor `version` of `mint`.
    package init(mint: Address, version: UInt64) {
        self.mint = mint
        self.version = version
        address =
            ProgramAddress.find(
                known: [
                    Array("MerkleDistributor".utf8), mint.bytes, LittleEndian.bytes(of: version),
                ], program: DistributorProgram.id
            ).address
        vault = AssociatedTokenAccount.address(owner: address, mint: mint)
    }

    /// The account that says what `claimant` has fetched; there is one from the first time on.
    package func status(of claimant: Address) -> Address {
        ProgramAddress.find(
            known: [Array("ClaimStatus".utf8), claimant.bytes, address.bytes],
            program: DistributorProgram.id
        ).address
    }

    /// The version that the first 8 bytes of a tree's root spell: nobody takes it by chance.
    package static func version(for root: Digest) -> UInt64 {
        LittleEndian.integer(from: root.bytes[..<8])
    }
}
