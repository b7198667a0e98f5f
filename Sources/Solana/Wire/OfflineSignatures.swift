package import Encodings

/// The signatures of a transaction in the words of Solana's own command line (`--sign-only`).
package struct OfflineSignatures: Sendable, Equatable {
    /// The most signers of one transaction.
    package static let maximumSigners = 32

    /// What bounds the life of the transaction.
    package let blockhash: Blockhash
    /// The signatures there are.
    package let signers: [SignerSignature]
    /// Who has not signed.
    package let absent: [Address]

    /// The signatures of `transaction`.
    package init(of transaction: Transaction) {
        blockhash = transaction.message.blockhash
        signers = transaction.presentSignatures
        absent = transaction.missingSigners
    }

    /// The object that `solana` prints; lists without entries are left out.
    package var json: JSON {
        var members = [JSONMember(key: "blockhash", value: blockhash.json)]
        if !signers.isEmpty {
            members.append(
                JSONMember(key: "signers", value: .array(signers.map { .string("\($0)") })))
        }
        if !absent.isEmpty {
            members.append(JSONMember(key: "absent", value: .array(absent.map(\.json))))
        }
        return .object(members)
    }

    /// Reads such an object; what it says of a message, or of bad signatures, is passed over.
    package init(_ json: JSON) throws(MalformedInput) {
        var fields = try JSONFields(json, of: "signatures")
        blockhash = try fields.blockhash("blockhash")
        var signers: [SignerSignature] = []
        for element in try fields.optionalArray("signers", limit: Self.maximumSigners) ?? [] {
            guard let signature = element.string.flatMap(SignerSignature.init) else {
                throw fields.mismatch(
                    "signers", expected: "ADDRESS=SIGNATURE in base58", found: element)
            }
            signers.append(signature)
        }
        self.signers = signers
        var absent: [Address] = []
        for element in try fields.optionalArray("absent", limit: Self.maximumSigners) ?? [] {
            guard let address = Address(json: element) else {
                throw fields.mismatch("absent", expected: "addresses in base58", found: element)
            }
            absent.append(address)
        }
        self.absent = absent
        _ = fields.optionalValue("message")
        _ = fields.optionalValue("badSig")
        try fields.finish()
    }
}
