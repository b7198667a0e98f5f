package import Encodings
package import Storage

/// How an export is paid: the operator fixes it before anything is sent, so that nobody is paid twice.
package struct ExportPayment: Sendable, Equatable {
    /// The export.
    package let export: UInt32
    /// By which means.
    package let means: Means
    /// What identifies the payment: see `Means`.
    package let digest: Digest
    /// All of it together, in base units.
    package let total: UInt64

    /// The means of a payment.
    package enum Means: String, Sendable, CaseIterable {
        /// Transactions; the digest is SHA-256 of a line for each, which is SHA-256 of its message.
        case transactions = "solana-transactions"
        /// A Merkle distributor; the digest is its root.
        case distributor = "solana-distributor"
        /// A list that is paid by other means; the digest is SHA-256 of the file.
        case list
    }

    /// A payment of an export.
    package init(of export: UInt32, by means: Means, digest: Digest, total: UInt64) {
        self.export = export
        self.means = means
        self.digest = digest
        self.total = total
    }

    /// The body of the entry.
    package var json: JSON {
        [
            "type": "payment",
            "export": .integer(Int64(export)),
            "means": .string(means.rawValue),
            "digest": digest.json,
            "total": Amount.json(total),
        ]
    }

    /// Reads the body of an entry.
    package init(_ json: JSON) throws(MalformedInput) {
        var fields = try JSONFields(json, of: "payment")
        try fields.constant("type", "payment")
        export = try fields.round("export")
        means = try fields.value(
            "means", expected: Means.allCases.map { "\"\($0.rawValue)\"" }.joined(separator: " or ")
        ) { $0.string.flatMap(Means.init) }
        digest = try fields.digest("digest")
        total = try fields.amount("total")
        try fields.finish()
    }
}
