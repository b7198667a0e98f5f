/// What the signers of a transaction sign: accounts, and instructions that name them by number.
///
/// Accounts come in four groups: signers that may be changed, of which the first pays the fee,
/// signers that are only read, others that may be changed, and others that are only read. In a
/// message of version 0 those from lookup tables follow, all writable ones first.
package struct Message: Hashable, Sendable {
    /// The two formats in use; version 1 is refused.
    package enum Version: String, Sendable, CaseIterable {
        case legacy
        case v0
    }

    /// An instruction with accounts by number.
    package struct Call: Hashable, Sendable {
        /// The number of the program's account.
        package var program: UInt8
        /// The numbers of the accounts.
        package var accounts: [UInt8]
        /// What the program is told.
        package var data: [UInt8]

        /// A call.
        package init(program: UInt8, accounts: [UInt8], data: [UInt8]) {
            self.program = program
            self.accounts = accounts
            self.data = data
        }
    }

    /// The most accounts that one byte can number.
    package static let maximumAccounts = 256

    /// The format.
    package let version: Version
    /// How many of the first accounts must sign.
    package let signerCount: Int
    /// How many of the last of those are only read.
    package let readonlySignerCount: Int
    /// How many of the last of the others are only read.
    package let readonlyOtherCount: Int
    /// The accounts that the message spells out.
    package let accounts: [Address]
    /// What bounds the life of the transaction.
    package let blockhash: Blockhash
    /// The instructions, in order.
    package let calls: [Call]
    /// What is taken from lookup tables.
    package let lookups: [TableLookup]

    /// A message of these parts, which nobody has checked.
    init(
        unchecked version: Version, signerCount: Int, readonlySignerCount: Int,
        readonlyOtherCount: Int, accounts: [Address], blockhash: Blockhash, calls: [Call],
        lookups: [TableLookup]
    ) {
        self.version = version
        self.signerCount = signerCount
        self.readonlySignerCount = readonlySignerCount
        self.readonlyOtherCount = readonlyOtherCount
        self.accounts = accounts
        self.blockhash = blockhash
        self.calls = calls
        self.lookups = lookups
    }

    /// The accounts that must sign, in the order of their signatures.
    package var signers: ArraySlice<Address> { accounts[..<signerCount] }

    /// The account that pays the fee.
    package var payer: Address { accounts[0] }

    /// How many accounts are numbered, those from lookup tables too.
    package var accountCount: Int {
        lookups.reduce(accounts.count) { $0 + $1.writable.count + $1.readonly.count }
    }
}
