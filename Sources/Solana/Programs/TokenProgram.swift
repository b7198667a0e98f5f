package import Encodings

/// SPL Token: mints, and accounts that hold what was minted.
package enum TokenProgram {
    /// Its address.
    package static let id = Address(known: "TokenkegQfeZyiNwAJbNbGKPFXCWuBvf9Ss623VQ5DA")

    /// The successor, whose extensions can take a part of a transfer; used only when asked for.
    package static let token2022 = Address(known: "TokenzQdBNbLqP5VEhdkAS6EPFLC1PHnBqCXEpPxuEb")

    /// The size of a mint's data in bytes.
    package static let mintSize: UInt64 = 82

    /// The size of a token account's data in bytes.
    package static let accountSize: UInt64 = 165

    /// The size of a multisig's data in bytes.
    package static let multisigSize: UInt64 = 355

    /// The most signers of a multisig.
    package static let maximumSigners = 11

    /// Moves tokens and checks mint and decimals.
    package static func transferChecked(
        _ amount: UInt64, of mint: Mint, from source: Address, to destination: Address,
        by authority: TokenAuthority
    ) -> Instruction {
        Instruction(
            mint.program,
            [.writable(source), .readonly(mint.address), .writable(destination)] + authority.uses,
            data: [12] + LittleEndian.bytes(of: amount) + [mint.decimals])
    }

    /// Makes tokens and checks the decimals.
    package static func mintToChecked(
        _ amount: UInt64, of mint: Mint, to destination: Address, by authority: TokenAuthority
    ) -> Instruction {
        Instruction(
            mint.program, [.writable(mint.address), .writable(destination)] + authority.uses,
            data: [14] + LittleEndian.bytes(of: amount) + [mint.decimals])
    }

    /// Makes a mint of a new account of 82 bytes, whose holders nobody can freeze.
    package static func initialize(_ mint: Mint, authority: Address) -> Instruction {
        Instruction(
            mint.program, [.writable(mint.address)],
            data: [20, mint.decimals] + authority.bytes + [0])
    }

    /// Makes a multisig of a new account of 355 bytes: `quorum` of its signers must sign.
    package static func initializeMultisig(
        _ account: Address, quorum: UInt8, signers: [Address]
    ) -> Instruction {
        Instruction(
            id, [.writable(account)] + signers.map { .readonly($0) }, data: [19, quorum])
    }
}

/// A token: where it is minted, and how its amounts are written.
package struct Mint: Hashable, Sendable {
    /// The mint.
    package let address: Address
    /// One token is 10^decimals base units.
    package let decimals: UInt8
    /// The program that keeps it.
    package let program: Address

    /// A token of SPL Token, unless another program is named.
    package init(_ address: Address, decimals: UInt8, program: Address = TokenProgram.id) {
        self.address = address
        self.decimals = decimals
        self.program = program
    }

    /// The token account of `owner` that everybody can derive.
    package func account(of owner: Address) -> Address {
        AssociatedTokenAccount.address(owner: owner, mint: address, tokenProgram: program)
    }
}

/// Who disposes of a token account: one key, or a multisig with those of its keys that sign.
package struct TokenAuthority: Hashable, Sendable {
    /// The owner of the account.
    package let owner: Address
    /// The signers, none if the owner itself signs.
    package let signers: [Address]

    /// The owner, or the signers of the multisig that it is.
    package init(_ owner: Address, signers: [Address] = []) throws(MalformedInput) {
        guard signers.count <= TokenProgram.maximumSigners, Set(signers).count == signers.count
        else {
            throw MalformedInput(
                "a multisig has at most \(TokenProgram.maximumSigners) distinct signers")
        }
        self.owner = owner
        self.signers = signers.sorted()
    }

    /// How an instruction uses the owner and the signers.
    var uses: [AccountUse] {
        signers.isEmpty
            ? [.signer(owner)] : [.readonly(owner)] + signers.map { .signer($0) }
    }
}
