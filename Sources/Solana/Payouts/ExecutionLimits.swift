/// What validators execute of one transaction, beside its size.
package struct ExecutionLimits: Sendable {
    /// The most accounts that are locked for a transaction, those from lookup tables too.
    package static let maximumAccounts = 64

    /// The most instructions, those that programs call on the way too.
    package static let maximumSteps = 64

    /// The calls on the way to a new token account: its size, the account, its owner, its mint.
    ///
    /// Two more are made if somebody sent lamports to the address before.
    static let stepsToCreateAccount = 4

    /// The most accounts.
    package var accounts = maximumAccounts
    /// The most instructions.
    package var steps = maximumSteps
    /// The most payments.
    package var payments = Int.max

    /// The limits of the network.
    package init() {}
}

extension PayoutTerms {
    /// What is too much of `message`, which makes `payments` payments; nil if it fits.
    func excess(of message: Message, payments: Int) -> String? {
        let steps =
            message.calls.count
            + (createsAccounts ? payments * ExecutionLimits.stepsToCreateAccount : 0)
        let quantities = [
            (Transaction.size(of: message), Transaction.maximumSize, "bytes"),
            (message.accountCount, limits.accounts, "accounts"),
            (steps, limits.steps, "instructions with those that programs call"),
            (payments, limits.payments, "payments"),
        ]
        return quantities.first { $0.0 > $0.1 }.map { "\($0.0) \($0.2), and may have \($0.1)" }
    }
}
