package import Encodings

/// Nonce accounts at addresses that follow from a key and a number, so that they need no keys.
package enum NonceAccounts {
    /// The seed of account `number` of `base`.
    package static func seed(_ number: Int, base: Address) -> AccountSeed {
        guard
            let seed = try? AccountSeed(
                base: base, text: "nous-nonce-\(number)", owner: SystemProgram.id)
        else { preconditionFailure("a number has at most 20 digits") }
        return seed
    }

    /// Transactions that make the accounts with `numbers` for `authority`, as many in each as fit.
    package static func transactions(
        _ numbers: Range<Int>, base: Address, authority: Address, payer: Address,
        blockhash: Blockhash
    ) throws(MalformedInput) -> [Transaction] {
        var transactions: [Transaction] = []
        var open: (instructions: [Instruction], message: Message)?
        for number in numbers {
            let seed = seed(number, base: base)
            let making = [
                SystemProgram.createAccount(
                    seed: seed, space: DurableNonce.accountSize, payer: payer),
                DurableNonce.initialize(seed.address, authority: authority),
            ]
            let together = (open?.instructions ?? []) + making
            let message = try Message(.legacy, payer: payer, together, blockhash: blockhash)
            if Transaction.size(of: message) <= Transaction.maximumSize {
                open = (together, message)
                continue
            }
            if let open { transactions.append(try Transaction(unsigned: open.message)) }
            open = (
                making, try Message(.legacy, payer: payer, making, blockhash: blockhash)
            )
        }
        if let open { transactions.append(try Transaction(unsigned: open.message)) }
        return transactions
    }
}
