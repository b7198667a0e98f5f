package import Encodings
import Storage

/// Addresses that programs own: hashes that are no points of the curve, so no key signs for them.
package enum ProgramAddress {
    /// The most seeds of an address; one of them is the bump.
    package static let maximumSeeds = 16

    /// The longest seed in bytes.
    package static let maximumSeedLength = 32

    /// The address of `program` for `seeds`, and the bump: the first byte from 255 down whose
    /// hash is off the curve.
    package static func find(
        _ seeds: [[UInt8]], program: Address
    ) throws(MalformedInput) -> (address: Address, bump: UInt8) {
        guard seeds.count < maximumSeeds, seeds.allSatisfy({ $0.count <= maximumSeedLength })
        else {
            throw MalformedInput(
                "expected fewer than \(maximumSeeds) seeds of at most \(maximumSeedLength) bytes")
        }
        for bump in (0...UInt8.max).reversed() {
            let hash = hash(of: seeds + [[bump]], program)
            if !EdwardsCurve.contains(hash.bytes) { return (hash, bump) }
        }
        throw MalformedInput("the seeds lead to no address off the curve")
    }

    /// The same for seeds that are known to be few and short.
    static func find(known seeds: [[UInt8]], program: Address) -> (address: Address, bump: UInt8) {
        guard let found = try? find(seeds, program: program) else {
            preconditionFailure("each bump has an even chance")
        }
        return found
    }

    private static func hash(of seeds: [[UInt8]], _ program: Address) -> Address {
        let text = seeds.joined() + program.bytes + Array("ProgramDerivedAddress".utf8)
        guard let address = Address(Digest(hashing: Array(text)).bytes) else {
            preconditionFailure("a digest has 32 bytes")
        }
        return address
    }
}

/// The one token account for each owner and mint whose address everybody can derive.
package enum AssociatedTokenAccount {
    /// Its address.
    package static func address(
        owner: Address, mint: Address, tokenProgram: Address = TokenProgram.id
    ) -> Address {
        ProgramAddress.find(
            known: [owner.bytes, tokenProgram.bytes, mint.bytes],
            program: AssociatedTokenProgram.id
        ).address
    }
}
