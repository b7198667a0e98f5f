package import Encodings

/// An instruction in words: program, name, and what it is told.
package struct CallDescription: Sendable, Equatable {
    /// The program's name, or its address.
    package let program: String
    /// The instruction's name, or `unknown`.
    package let name: String
    /// What it is told, in order.
    package let details: [JSONMember]

    /// Names without spaces, as in `token transfer-checked`.
    package var title: String { "\(program) \(name)" }

    /// Describes `call`; what is not known has its data in hexadecimal.
    package init(_ call: ResolvedCall) {
        let known: (String, (ResolvedCall) -> Words?)? =
            switch call.program {
            case SystemProgram.id: ("system", Self.system)
            case TokenProgram.id: ("token", Self.token)
            case TokenProgram.token2022: ("token-2022", Self.token)
            case AssociatedTokenProgram.id: ("associated-token", Self.associatedToken)
            case MemoProgram.id: ("memo", Self.memo)
            case ComputeBudgetProgram.id: ("compute-budget", Self.computeBudget)
            case LookupTableProgram.id: ("lookup-table", Self.lookupTable)
            case DistributorProgram.id: ("distributor", Self.distributor)
            default: nil
            }
        program = known?.0 ?? call.program.base58
        let words =
            known?.1(call) ?? Words("unknown", ("data", .string(Hex.encode(call.data))))
        name = words.name
        details = words.details
    }
}

/// A name and details.
private struct Words {
    let name: String
    let details: [JSONMember]

    init(_ name: String, _ details: (String, JSON)...) {
        self.name = name
        self.details = details.map { JSONMember(key: $0.0, value: $0.1) }
    }
}

extension CallDescription {
    private static func integer(_ bytes: some Collection<UInt8>) -> UInt64 {
        LittleEndian.integer(from: Array(bytes)[...])
    }

    private static func address(_ bytes: some Collection<UInt8>) -> JSON {
        Address(Array(bytes))?.json ?? .null
    }

    private static func system(_ call: ResolvedCall) -> Words? {
        guard call.data.count >= 4 else { return nil }
        let rest = call.data[4...]
        return switch (integer(call.data[..<4]), rest.count) {
        case (0, 48):
            Words(
                "create-account", ("lamports", Amount.json(integer(rest.prefix(8)))),
                ("space", Amount.json(integer(rest.dropFirst(8).prefix(8)))),
                ("owner", address(rest.dropFirst(16))))
        case (2, 8): Words("transfer", ("lamports", Amount.json(integer(rest))))
        case (3, 80...): Words("create-account-with-seed")
        case (4, 0): Words("advance-nonce")
        case (6, 32): Words("initialize-nonce", ("authority", address(rest)))
        default: nil
        }
    }

    private static func token(_ call: ResolvedCall) -> Words? {
        if let transfer = TokenTransfer(call) {
            return Words(
                "transfer-checked", ("amount", Amount.json(transfer.amount)),
                ("decimals", .integer(Int64(transfer.decimals))))
        }
        return switch (call.data.first, call.data.count) {
        case (14, 10):
            Words(
                "mint-to-checked", ("amount", Amount.json(integer(call.data[1..<9]))),
                ("decimals", .integer(Int64(call.data[9]))))
        case (19, 2): Words("initialize-multisig", ("quorum", .integer(Int64(call.data[1]))))
        case (20, 35...): Words("initialize-mint", ("decimals", .integer(Int64(call.data[1]))))
        default: nil
        }
    }

    private static func associatedToken(_ call: ResolvedCall) -> Words? {
        switch call.data {
        case [1]: Words("create-idempotent")
        case [], [0]: Words("create")
        default: nil
        }
    }

    private static func memo(_ call: ResolvedCall) -> Words? {
        guard let text = String(validating: call.data, as: UTF8.self) else { return nil }
        return Words("memo", ("text", .string(text)))
    }

    private static func computeBudget(_ call: ResolvedCall) -> Words? {
        switch (call.data.first, call.data.count) {
        case (2, 5): Words("set-limit", ("units", Amount.json(integer(call.data[1...]))))
        case (3, 9): Words("set-price", ("micro_lamports", Amount.json(integer(call.data[1...]))))
        default: nil
        }
    }

    private static func lookupTable(_ call: ResolvedCall) -> Words? {
        guard call.data.count >= 4 else { return nil }
        return switch (integer(call.data[..<4]), call.data.count) {
        case (0, 13): Words("create", ("slot", Amount.json(integer(call.data[4..<12]))))
        case (2, 12...):
            Words("extend", ("addresses", Amount.json(integer(call.data[4..<12]))))
        default: nil
        }
    }

    private static func distributor(_ call: ResolvedCall) -> Words? {
        DistributorProgram.name(of: call.data).map { Words($0) }
    }
}
