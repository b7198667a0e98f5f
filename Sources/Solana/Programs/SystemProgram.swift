package import Encodings
import Storage

/// The program that owns wallets: makes accounts, moves lamports, keeps durable nonces.
package enum SystemProgram {
    /// Its address, 32 zeros.
    package static let id = Address(known: "11111111111111111111111111111111")

    /// The account that shows recent blockhashes; nonces are drawn from it.
    static let recentBlockhashes = Address(known: "SysvarRecentB1ockHashes11111111111111111111")

    /// The account that shows what keeping an account costs.
    static let rent = Address(known: "SysvarRent111111111111111111111111111111111")

    /// Moves lamports between wallets.
    package static func transfer(
        from source: Address, to destination: Address, lamports: UInt64
    ) -> Instruction {
        Instruction(
            id, [.writableSigner(source), .writable(destination)],
            data: LittleEndian.bytes(of: [UInt32(2)]) + LittleEndian.bytes(of: lamports))
    }

    /// Makes an account whose own key signs.
    package static func createAccount(
        _ account: Address, space: UInt64, owner: Address, payer: Address
    ) -> Instruction {
        Instruction(
            id, [.writableSigner(payer), .writableSigner(account)],
            data: LittleEndian.bytes(of: [UInt32(0)])
                + LittleEndian.bytes(of: [Rent.exemption(space: space), space]) + owner.bytes)
    }

    /// Makes an account at the address that `base` and `seed` lead to; only they sign for it.
    package static func createAccount(
        seed: AccountSeed, space: UInt64, payer: Address
    ) -> Instruction {
        var accounts: [AccountUse] = [.writableSigner(payer), .writable(seed.address)]
        if seed.base != payer { accounts.append(.signer(seed.base)) }
        return Instruction(
            id, accounts,
            data: LittleEndian.bytes(of: [UInt32(3)]) + seed.base.bytes
                + LittleEndian.bytes(of: UInt64(seed.text.utf8.count)) + Array(seed.text.utf8)
                + LittleEndian.bytes(of: [Rent.exemption(space: space), space])
                + seed.owner.bytes)
    }
}

/// What an account must hold so that it is kept for ever.
package enum Rent {
    /// The lamports for an account with `space` bytes of data: two years of 3,480 for each byte,
    /// 128 bytes more than its data.
    package static func exemption(space: UInt64) -> UInt64 { (space + 128) * 3_480 * 2 }
}

/// What determines the address of an account without a key of its own.
package struct AccountSeed: Hashable, Sendable {
    /// The longest text in bytes.
    package static let maximumLength = 32

    /// The key that signs for the account when it is made.
    package let base: Address
    /// The text.
    package let text: String
    /// The program that owns the account.
    package let owner: Address

    /// A seed.
    package init(base: Address, text: String, owner: Address) throws(MalformedInput) {
        guard text.utf8.count <= Self.maximumLength else {
            throw MalformedInput("a seed has at most \(Self.maximumLength) bytes")
        }
        self.base = base
        self.text = text
        self.owner = owner
    }

    /// The address: SHA-256(base ‖ text ‖ owner).
    package var address: Address {
        let digest = Digest(hashing: base.bytes + Array(text.utf8) + owner.bytes)
        guard let address = Address(digest.bytes) else {
            preconditionFailure("a digest has 32 bytes")
        }
        return address
    }
}
