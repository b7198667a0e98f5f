import Encodings

/// The program that keeps lookup tables.
package enum LookupTableProgram {
    /// Its address.
    package static let id = Address(known: "AddressLookupTab1e1111111111111111111111111")

    /// The address of the table that `authority` makes at `slot`, and its bump.
    package static func address(
        authority: Address, slot: UInt64
    ) -> (address: Address, bump: UInt8) {
        ProgramAddress.find(
            known: [authority.bytes, LittleEndian.bytes(of: slot)], program: id)
    }

    /// Makes an empty table; `slot` must be a recent one.
    package static func create(
        authority: Address, payer: Address, slot: UInt64
    ) -> Instruction {
        let (table, bump) = address(authority: authority, slot: slot)
        return Instruction(
            id,
            [
                .writable(table), .readonly(authority), .writableSigner(payer),
                .readonly(SystemProgram.id),
            ],
            data: LittleEndian.bytes(of: [UInt32(0)]) + LittleEndian.bytes(of: slot) + [bump])
    }

    /// Adds addresses to the end of a table; a later slot can use them.
    package static func extend(
        _ table: Address, with addresses: [Address], authority: Address, payer: Address
    ) -> Instruction {
        Instruction(
            id,
            [
                .writable(table), .signer(authority), .writableSigner(payer),
                .readonly(SystemProgram.id),
            ],
            data: LittleEndian.bytes(of: [UInt32(2)])
                + LittleEndian.bytes(of: UInt64(addresses.count))
                + addresses.flatMap(\.bytes))
    }
}
