import Encodings

/// A transaction that a node found on chain, with what it changed.
package struct ObservedTransaction: Sendable {
    /// The payer's signature in base58.
    package let identifier: String
    /// What was signed.
    package let message: Message
    /// What went wrong, or nil if the transaction succeeded.
    package let failure: String?
    /// The token balances before and after, by the number of the account; nil if not reported.
    let balances: (before: [Int: TokenBalance], after: [Int: TokenBalance])?

    /// A balance of a token account.
    struct TokenBalance: Sendable, Equatable {
        let mint: Address
        let amount: UInt64
    }

    /// Reads the result of `getTransaction` with encoding `base64`, `base58` or `json`.
    init(_ json: JSON) throws(MalformedInput) {
        guard let meta = json["meta"], meta.object != nil, let error = meta["err"] else {
            throw MalformedInput("field 'meta': expected the outcome of the transaction")
        }
        failure = error == .null ? nil : error.orderedText
        let before = try Self.balances(meta["preTokenBalances"], "preTokenBalances")
        let after = try Self.balances(meta["postTokenBalances"], "postTokenBalances")
        balances = if let before, let after { (before, after) } else { nil }
        guard let transaction = json["transaction"] else {
            throw MalformedInput("missing field 'transaction'")
        }
        do throws(MalformedInput) {
            (identifier, message) = try Self.signed(transaction)
        } catch {
            throw error.within("field 'transaction'")
        }
    }

    /// How much more the account with this number has than before; nil if that is not reported,
    /// or if it is of another mint.
    func received(by number: Int, mint: Address) -> Int128? {
        guard let balances, let after = balances.after[number], after.mint == mint else {
            return nil
        }
        return Int128(after.amount) - Int128(balances.before[number]?.amount ?? 0)
    }

    private static func balances(
        _ json: JSON?, _ name: String
    ) throws(MalformedInput) -> [Int: TokenBalance]? {
        guard let json, json != .null else { return nil }
        var balances: [Int: TokenBalance] = [:]
        for entry in json.array ?? [.null] {
            guard let number = entry["accountIndex"]?.integer,
                let mint = entry["mint"].flatMap(Address.init(json:)),
                let amount = entry["uiTokenAmount"]?["amount"]?.string.flatMap(Amount.parse),
                balances.updateValue(
                    TokenBalance(mint: mint, amount: amount), forKey: Int(number)) == nil
            else { throw MalformedInput("field '\(name)': expected balances of distinct accounts") }
        }
        return balances
    }

    /// The payer's signature and the message, from text with its encoding, or from an object.
    private static func signed(_ json: JSON) throws(MalformedInput) -> (String, Message) {
        if let pair = json.array, pair.count == 2, let text = pair[0].string {
            let transaction = try Transaction(text: text)
            guard let identifier = transaction.identifier else {
                throw MalformedInput("the transaction is not signed")
            }
            return (identifier, transaction.message)
        }
        guard let identifier = json["signatures"]?.array?.first?.string,
            Base58.decode(identifier)?.count == Transaction.signatureSize,
            let message = json["message"]
        else {
            throw MalformedInput("expected text with its encoding, or signatures and a message")
        }
        return (identifier, try Message(rpc: message))
    }
}

extension Message {
    /// The message as nodes spell it with encoding `json`.
    init(rpc json: JSON) throws(MalformedInput) {
        guard let header = json["header"], let calls = json["instructions"]?.array,
            let accounts = json["accountKeys"]?.array,
            let blockhash = json["recentBlockhash"]?.string.flatMap(Blockhash.init(base58:))
        else {
            throw MalformedInput(
                "expected a message in encoding json or base64, found another encoding")
        }
        let lookups = json["addressTableLookups"]?.array
        guard max(calls.count, lookups?.count ?? 0) <= Transaction.maximumSize else {
            throw MalformedInput("expected a message that fits into a transaction")
        }
        let message = Message(
            unchecked: lookups == nil ? .legacy : .v0,
            signerCount: try header.byte("numRequiredSignatures"),
            readonlySignerCount: try header.byte("numReadonlySignedAccounts"),
            readonlyOtherCount: try header.byte("numReadonlyUnsignedAccounts"),
            accounts: try accounts.addresses(), blockhash: blockhash,
            calls: try calls.map { call throws(MalformedInput) in try Call(rpc: call) },
            lookups: try (lookups ?? []).map { lookup throws(MalformedInput) in
                try TableLookup(rpc: lookup)
            })
        // Reading its bytes checks everything else.
        try self.init(parsing: message.bytes)
    }
}

extension Message.Call {
    fileprivate init(rpc json: JSON) throws(MalformedInput) {
        guard let data = json["data"]?.string.flatMap({ Base58.decode($0, limit: 2_048) }) else {
            throw MalformedInput("field 'data': expected base58")
        }
        self.init(
            program: UInt8(try json.byte("programIdIndex")), accounts: try json.bytes("accounts"),
            data: data)
    }
}

extension TableLookup {
    fileprivate init(rpc json: JSON) throws(MalformedInput) {
        guard let table = json["accountKey"].flatMap(Address.init(json:)) else {
            throw MalformedInput("field 'accountKey': expected an address in base58")
        }
        self.init(
            table, writable: try json.bytes("writableIndexes"),
            readonly: try json.bytes("readonlyIndexes"))
    }
}

extension JSON {
    /// The integer from 0 to 255 in member `name`.
    fileprivate func byte(_ name: String) throws(MalformedInput) -> Int {
        guard let byte = self[name]?.integer.flatMap({ UInt8(exactly: $0) }) else {
            throw MalformedInput("field '\(name)': expected an integer from 0 to 255")
        }
        return Int(byte)
    }

    /// The integers from 0 to 255 in member `name`.
    fileprivate func bytes(_ name: String) throws(MalformedInput) -> [UInt8] {
        let elements = self[name]?.array ?? [.null]
        let bytes = elements.compactMap { $0.integer.flatMap { UInt8(exactly: $0) } }
        guard bytes.count == elements.count, bytes.count <= Message.maximumAccounts else {
            throw MalformedInput("field '\(name)': expected integers from 0 to 255")
        }
        return bytes
    }
}

extension [JSON] {
    fileprivate func addresses() throws(MalformedInput) -> [Address] {
        let addresses = compactMap(Address.init(json:))
        guard addresses.count == count, count <= Message.maximumAccounts else {
            throw MalformedInput("field 'accountKeys': expected addresses in base58")
        }
        return addresses
    }
}
