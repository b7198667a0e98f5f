package import Encodings

/// An instruction of a message with its accounts by address.
package struct ResolvedCall: Sendable, Equatable {
    /// The program.
    package let program: Address
    /// The accounts.
    package let accounts: [Address]
    /// What the program is told.
    package let data: [UInt8]
}

extension Message {
    /// The instructions with their accounts, those from `tables` too.
    package func resolvedCalls(
        _ tables: [LookupTable]
    ) throws(MalformedInput) -> [ResolvedCall] {
        let addresses = try resolvedAccounts(tables)
        return calls.map { call in
            ResolvedCall(
                program: addresses[Int(call.program)],
                accounts: call.accounts.map { addresses[Int($0)] }, data: call.data)
        }
    }

    /// The nonce account whose value takes the place of a blockhash: that of a first instruction
    /// which advances a nonce.
    package var nonceAccount: Address? {
        guard let first = calls.first, accounts[Int(first.program)] == SystemProgram.id,
            first.data.prefix(4).elementsEqual([4, 0, 0, 0]), let number = first.accounts.first,
            accounts.indices.contains(Int(number))
        else { return nil }
        return accounts[Int(number)]
    }
}

/// What a call of TransferChecked moves.
package struct TokenTransfer: Sendable, Equatable {
    /// The token account that pays.
    package let source: Address
    /// The mint.
    package let mint: Address
    /// The token account that is paid.
    package let destination: Address
    /// How much, in base units.
    package let amount: UInt64
    /// The decimals that the payer believes in.
    package let decimals: UInt8
    /// The token program.
    package let program: Address

    /// The transfer that `call` makes, or nil if it does something else.
    package init?(_ call: ResolvedCall) {
        guard call.program == TokenProgram.id || call.program == TokenProgram.token2022,
            call.data.count == 10, call.data[0] == 12, call.accounts.count >= 4
        else { return nil }
        source = call.accounts[0]
        mint = call.accounts[1]
        destination = call.accounts[2]
        amount = LittleEndian.integer(from: call.data[1..<9])
        decimals = call.data[9]
        program = call.program
    }
}
