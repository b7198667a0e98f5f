/// One call of a program: the accounts that it may touch, and what it is told.
package struct Instruction: Hashable, Sendable {
    /// The program.
    package var program: Address
    /// The accounts, in the order that the program expects.
    package var accounts: [AccountUse]
    /// What the program is told.
    package var data: [UInt8]

    /// A call of `program`.
    package init(_ program: Address, _ accounts: [AccountUse], data: [UInt8]) {
        self.program = program
        self.accounts = accounts
        self.data = data
    }
}

/// How an instruction uses an account.
package struct AccountUse: Hashable, Sendable {
    /// The account.
    package var address: Address
    /// Whether its key must sign the transaction.
    package var isSigner: Bool
    /// Whether it may be changed.
    package var isWritable: Bool

    /// A use of `address`.
    package init(_ address: Address, isSigner: Bool, isWritable: Bool) {
        self.address = address
        self.isSigner = isSigner
        self.isWritable = isWritable
    }

    /// A use that changes the account.
    package static func writable(_ address: Address) -> AccountUse {
        AccountUse(address, isSigner: false, isWritable: true)
    }

    /// A use that only reads the account.
    package static func readonly(_ address: Address) -> AccountUse {
        AccountUse(address, isSigner: false, isWritable: false)
    }

    /// A use that changes the account and needs its signature.
    package static func writableSigner(_ address: Address) -> AccountUse {
        AccountUse(address, isSigner: true, isWritable: true)
    }

    /// A use that needs the account's signature.
    package static func signer(_ address: Address) -> AccountUse {
        AccountUse(address, isSigner: true, isWritable: false)
    }
}
