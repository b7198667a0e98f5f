import Encodings

/// How a list of payments is paid: from where, by whom, and in which kind of transactions.
package struct PayoutTerms: Sendable {
    /// What bounds the life of the transactions.
    package enum Lifetime: Sendable {
        /// A recent blockhash for all of them; it lasts about a minute.
        case blockhash(Blockhash)
        /// A durable nonce for each of them, in order.
        case nonces([DurableNonce])
    }

    /// What is offered for the work of a transaction.
    package struct Price: Sendable {
        /// Millionths of a lamport for a compute unit.
        package var microLamports: UInt64
        /// The most units of a transaction; by default estimated from what it does.
        package var unitLimit: UInt32?

        /// A price.
        package init(microLamports: UInt64, unitLimit: UInt32? = nil) {
            self.microLamports = microLamports
            self.unitLimit = unitLimit
        }
    }

    /// The token that is paid.
    package var mint: Mint
    /// The token account that pays.
    package var source: Address
    /// Who disposes of that.
    package var authority: TokenAuthority
    /// Who pays fees, and for new accounts.
    package var payer: Address
    /// What bounds the life of the transactions.
    package var lifetime: Lifetime
    /// The format of the messages.
    package var version = Message.Version.v0
    /// Lookup tables that may be used; those that list nothing of a transaction's are left out.
    package var tables: [LookupTable] = []
    /// Whether the recipients' token accounts are made where they are missing.
    package var createsAccounts = false
    /// What is offered for work, if anything.
    package var price: Price?
    /// What is said on chain, if anything.
    package var memo: PayoutMemo?
    /// What a transaction may have beside its bytes.
    package var limits = ExecutionLimits()
    /// Whether recipients may be off the curve: accounts of programs, and mistaken addresses.
    package var allowsOffCurve = false

    /// Terms; the rest has defaults.
    package init(
        _ mint: Mint, from source: Address, by authority: TokenAuthority, payer: Address,
        lifetime: Lifetime
    ) {
        self.mint = mint
        self.source = source
        self.authority = authority
        self.payer = payer
        self.lifetime = lifetime
    }

    /// Refuses terms that no network would execute.
    func check() throws(MalformedInput) {
        guard mint.program == TokenProgram.id || mint.program == TokenProgram.token2022 else {
            throw MalformedInput("\(mint.program) is no token program")
        }
        if let limit = price?.unitLimit, limit > ComputeBudgetProgram.maximumUnits {
            throw MalformedInput(
                "a transaction has at most \(ComputeBudgetProgram.maximumUnits) compute units")
        }
        if case .nonces(let nonces) = lifetime,
            Set(nonces.map(\.account)).count != nonces.count
        {
            throw MalformedInput("a nonce account serves one transaction, and one is named twice")
        }
    }

    /// The nonce of batch `number`; beyond the last one, that one again, to see the size.
    func nonce(ofBatch number: Int) -> DurableNonce? {
        guard case .nonces(let nonces) = lifetime else { return nil }
        return number <= nonces.count ? nonces[number - 1] : nonces.last
    }
}

/// How much work instructions are given, with slack: the older token program's needs and a half.
enum ComputeUnits {
    static let base: UInt32 = 2_000
    static let memo: UInt32 = 20_000
    static let transfer: UInt32 = 9_000
    /// An account whose bump takes some ten attempts.
    static let createAccount: UInt32 = 35_000

    /// What `payments` take, as far as a transaction may have it.
    static func estimate(payments: Int, terms: PayoutTerms) -> UInt32 {
        let each = transfer + (terms.createsAccounts ? createAccount : 0)
        let total = base + (terms.memo == nil ? 0 : memo) + UInt32(payments) * each
        return min(total, ComputeBudgetProgram.maximumUnits)
    }
}
