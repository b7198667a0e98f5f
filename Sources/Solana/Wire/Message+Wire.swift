package import Encodings

extension Message {
    /// The bytes that are signed.
    package var bytes: [UInt8] {
        var bytes: [UInt8] = version == .v0 ? [Self.versionMark] : []
        bytes += [UInt8(signerCount), UInt8(readonlySignerCount), UInt8(readonlyOtherCount)]
        bytes += CompactLength.encode(accounts.count)
        for account in accounts { bytes += account.bytes }
        bytes += blockhash.bytes
        bytes += CompactLength.encode(calls.count)
        for call in calls {
            bytes.append(call.program)
            bytes += CompactLength.encode(call.accounts.count) + call.accounts
            bytes += CompactLength.encode(call.data.count) + call.data
        }
        guard version == .v0 else { return bytes }
        bytes += CompactLength.encode(lookups.count)
        for lookup in lookups {
            bytes += lookup.table.bytes
            bytes += CompactLength.encode(lookup.writable.count) + lookup.writable
            bytes += CompactLength.encode(lookup.readonly.count) + lookup.readonly
        }
        return bytes
    }

    /// The highest bit of the first byte says that a version follows in the lower ones.
    private static let versionMark: UInt8 = 0x80

    /// The message that takes all of `bytes`.
    package init(parsing bytes: [UInt8]) throws(MalformedInput) {
        var reader = WireReader(bytes)
        try self.init(from: &reader)
    }

    /// The message in the rest of `reader`.
    init(from reader: inout WireReader) throws(MalformedInput) {
        var first = try reader.byte("header")
        var version = Version.legacy
        if first & Self.versionMark != 0 {
            try Self.expectSupported(first)
            version = .v0
            first = try reader.byte("header")
        }
        let readonlySignerCount = Int(try reader.byte("header"))
        let readonlyOtherCount = Int(try reader.byte("header"))
        let accounts = try reader.addresses("accounts")
        guard let blockhash = Blockhash(try reader.bytes(Address.byteCount, "blockhash")) else {
            preconditionFailure("a blockhash has 32 bytes")
        }
        let calls = try reader.calls()
        let lookups = version == .v0 ? try reader.lookups() : []
        try reader.finish()
        self.init(
            unchecked: version, signerCount: Int(first), readonlySignerCount: readonlySignerCount,
            readonlyOtherCount: readonlyOtherCount, accounts: accounts, blockhash: blockhash,
            calls: calls, lookups: lookups)
        try check()
    }

    /// Refuses versions above 0, of which the first byte is `mark`.
    static func expectSupported(_ mark: UInt8) throws(MalformedInput) {
        guard mark == versionMark else {
            throw MalformedInput(
                "expected a legacy message or version 0, found version \(mark & ~versionMark)")
        }
    }

    /// The rules that every validator checks before it looks at accounts.
    private func check() throws(MalformedInput) {
        guard signerCount > 0, readonlySignerCount < signerCount,
            signerCount + readonlyOtherCount <= accounts.count
        else {
            throw MalformedInput(
                "header: \(signerCount) signers, \(readonlySignerCount) of them read-only, and"
                    + " \(readonlyOtherCount) others do not fit \(accounts.count) accounts")
        }
        guard Set(accounts).count == accounts.count else {
            throw MalformedInput("accounts: expected distinct addresses, found one twice")
        }
        guard accountCount <= Self.maximumAccounts else {
            throw Self.tooMany(accountCount)
        }
        guard lookups.allSatisfy({ $0.writable.count + $0.readonly.count > 0 }) else {
            throw MalformedInput("lookups: expected places in each table, found none")
        }
        for (number, call) in calls.enumerated() {
            guard call.program > 0, Int(call.program) < accounts.count else {
                throw MalformedInput(
                    "instruction \(number): account \(call.program) cannot be the program")
            }
            if let account = call.accounts.first(where: { Int($0) >= accountCount }) {
                throw MalformedInput("instruction \(number): there is no account \(account)")
            }
        }
    }

    /// The error that there are more accounts than numbers for them.
    static func tooMany(_ count: Int) -> MalformedInput {
        MalformedInput("a message names at most \(maximumAccounts) accounts, found \(count)")
    }
}

extension WireReader {
    /// The next list of addresses.
    fileprivate mutating func addresses(_ field: String) throws(MalformedInput) -> [Address] {
        var addresses: [Address] = []
        for _ in 0..<(try length(field)) { addresses.append(try address(field)) }
        return addresses
    }

    /// The next list of instructions.
    fileprivate mutating func calls() throws(MalformedInput) -> [Message.Call] {
        var calls: [Message.Call] = []
        for number in 0..<(try length("instructions")) {
            let field = "instruction \(number)"
            let program = try byte(field)
            let accounts = try bytes(try length(field), field)
            let data = try bytes(try length(field), field)
            calls.append(Message.Call(program: program, accounts: accounts, data: data))
        }
        return calls
    }

    /// The next list of lookups.
    fileprivate mutating func lookups() throws(MalformedInput) -> [TableLookup] {
        var lookups: [TableLookup] = []
        for number in 0..<(try length("lookups")) {
            let field = "lookup \(number)"
            let table = try address(field)
            let writable = try bytes(try length(field), field)
            let readonly = try bytes(try length(field), field)
            lookups.append(TableLookup(table, writable: writable, readonly: readonly))
        }
        return lookups
    }
}
