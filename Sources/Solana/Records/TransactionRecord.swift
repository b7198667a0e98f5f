package import Encodings
import Storage

/// A transaction of any kind as a line of JSON.
package struct TransactionRecord: Sendable, Equatable {
    /// The type of the record.
    package static let recordType = "transaction"

    /// The largest file of records, in bytes.
    package static let maximumFileSize = 1 << 28

    /// The transaction.
    package var transaction: Transaction
    /// What the instructions are called, in order.
    package let titles: [String]

    /// The record of `transaction`, whose accounts may be in `tables`.
    package init(
        _ transaction: Transaction, tables: [LookupTable] = []
    ) throws(MalformedInput) {
        self.transaction = transaction
        titles = try transaction.message.resolvedCalls(tables)
            .map { CallDescription($0).title }
    }

    /// The line of the record.
    package var json: JSON {
        .object(
            [
                JSONMember(key: "type", value: .string(Self.recordType)),
                JSONMember(key: "instructions", value: .array(titles.map { .string($0) })),
            ] + transaction.members)
    }

    /// Reads the line; everything beside the transaction must follow from it.
    package init(_ json: JSON, tables: [LookupTable]) throws(MalformedInput) {
        try self.init(try Transaction(record: json), tables: tables)
        try self.json.expectSame(as: json)
    }
}

extension Transaction {
    /// The transaction in a record's member `transaction`, in base64; its signatures must hold.
    package init(record json: JSON) throws(MalformedInput) {
        guard let text = json["transaction"]?.string, text.utf8.count <= Self.maximumTextLength,
            let bytes = Base64.decode(text)
        else { throw MalformedInput("field 'transaction': expected a transaction in base64") }
        do throws(MalformedInput) {
            try self.init(parsing: bytes)
            try checkSignatures()
        } catch {
            throw error.within("field 'transaction'")
        }
    }

    /// What every record says of its transaction.
    package var members: [JSONMember] {
        [
            JSONMember(key: "payer", value: message.payer.json),
            JSONMember(key: "blockhash", value: message.blockhash.json),
            JSONMember(key: "nonce_account", value: message.nonceAccount?.json ?? .null),
            JSONMember(key: "fee", value: .string("\(message.fee)")),
            JSONMember(key: "size", value: .integer(Int64(bytes.count))),
            JSONMember(key: "message_sha256", value: Digest(hashing: message.bytes).json),
            JSONMember(key: "id", value: identifier.map { .string($0) } ?? .null),
            JSONMember(
                key: "signatures", value: .array(presentSignatures.map { .string("\($0)") })),
            JSONMember(key: "missing", value: .array(missingSigners.map(\.json))),
            JSONMember(key: "transaction", value: .string(base64)),
        ]
    }
}

extension JSON {
    /// Refuses `record` if it differs from this one, which was derived from its transaction.
    func expectSame(as record: JSON) throws(MalformedInput) {
        for member in object ?? [] {
            guard let found = record[member.key] else {
                throw MalformedInput("missing field '\(member.key)'")
            }
            guard found.canonicalBytes() == member.value.canonicalBytes() else {
                throw MalformedInput("field '\(member.key)' does not follow from the transaction")
            }
        }
        if let more = record.object?.first(where: { self[$0.key] == nil }) {
            throw MalformedInput("unknown field '\(more.key.prefix(64))'")
        }
    }
}
