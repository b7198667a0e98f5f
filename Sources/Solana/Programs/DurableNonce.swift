package import Encodings

/// A value kept on chain that a transaction names in place of a recent blockhash.
///
/// It never runs out, and the transaction that uses it draws a new one, so that each value
/// serves one transaction. Also a transaction that fails on chain uses its value up.
package struct DurableNonce: Hashable, Sendable {
    /// The most nonces that are read from one file.
    package static let maximumCount = 65_536

    /// The size of a nonce account's data in bytes.
    package static let accountSize: UInt64 = 80

    /// The account that keeps the value.
    package let account: Address
    /// Who may use it.
    package let authority: Address
    /// The value.
    package let value: Blockhash

    /// A nonce.
    package init(account: Address, authority: Address, value: Blockhash) {
        self.account = account
        self.authority = authority
        self.value = value
    }

    /// The instruction that uses the value; it must come first in its transaction.
    package var advance: Instruction {
        Instruction(
            SystemProgram.id,
            [
                .writable(account), .readonly(SystemProgram.recentBlockhashes), .signer(authority),
            ], data: LittleEndian.bytes(of: [UInt32(4)]))
    }

    /// The instruction that draws the first value of a new account of 80 bytes.
    package static func initialize(_ account: Address, authority: Address) -> Instruction {
        Instruction(
            SystemProgram.id,
            [
                .writable(account), .readonly(SystemProgram.recentBlockhashes),
                .readonly(SystemProgram.rent),
            ], data: LittleEndian.bytes(of: [UInt32(6)]) + authority.bytes)
    }

    /// The nonce in the data of `account`: version 1, state 1, authority, value, and a fee.
    package init(account: Address, data: [UInt8]) throws(MalformedInput) {
        guard data.count == Int(Self.accountSize) else {
            throw MalformedInput(
                "expected \(Self.accountSize) bytes of a nonce account, found \(data.count)")
        }
        var reader = WireReader(data)
        let version = try reader.integer(4, "version")
        let state = try reader.integer(4, "state")
        guard version == 1, state == 1 else {
            throw MalformedInput("\(account) is no nonce account in use")
        }
        self.account = account
        authority = try reader.address("authority")
        guard let value = Blockhash(try reader.bytes(Address.byteCount, "nonce")) else {
            preconditionFailure("a nonce has 32 bytes")
        }
        self.value = value
    }
}

extension DurableNonce {
    /// The type of the record of a nonce.
    package static let recordType = "nonce"

    /// The record of the nonce.
    package var json: JSON {
        [
            "type": .string(Self.recordType), "account": account.json,
            "authority": authority.json, "nonce": value.json,
        ]
    }

    /// Reads the record of a nonce.
    package init(_ json: JSON) throws(MalformedInput) {
        var fields = try JSONFields(json, of: Self.recordType)
        try fields.constant("type", Self.recordType)
        account = try fields.address("account")
        authority = try fields.address("authority")
        value = try fields.blockhash("nonce")
        try fields.finish()
    }
}
