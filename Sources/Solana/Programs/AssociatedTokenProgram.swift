/// The program that makes the token accounts whose addresses everybody can derive.
package enum AssociatedTokenProgram {
    /// Its address.
    package static let id = Address(known: "ATokenGPvbdGVxr1b2hvZbsiqW5xWH25efTNsLJA8knL")

    /// Makes the token account of `owner` at the address that is derived from it, or does nothing
    /// if it is there.
    package static func createIdempotent(
        owner: Address, at account: Address, mint: Mint, payer: Address
    ) -> Instruction {
        Instruction(
            id,
            [
                .writableSigner(payer), .writable(account), .readonly(owner),
                .readonly(mint.address), .readonly(SystemProgram.id), .readonly(mint.program),
            ], data: [1])
    }
}
