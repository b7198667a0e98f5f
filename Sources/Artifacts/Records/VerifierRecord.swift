package import Encodings
package import Identity

/// What a verifier signs about a contribution: a record of one type that names its signer.
package protocol VerifierRecord {
    /// What the member `type` says.
    static var type: String { get }

    /// Reads the members of `record` but `type`, `verifier` and the signature.
    init(reading fields: inout JSONFields, of record: JSON) throws(MalformedInput)

    /// The record signed by the verifier, members in the order of the specification.
    func signed(with key: SigningKey) -> JSON
}

extension VerifierRecord {
    /// The signed record as one line with its line feed.
    package func line(signedWith key: SigningKey) -> [UInt8] {
        signed(with: key).orderedLine
    }

    /// What `record` says, and the verifier who signed it.
    package static func verify(
        _ record: JSON
    ) throws(MalformedInput) -> (record: Self, verifier: PublicKey) {
        try read(record, checkingSignature: true)
    }

    /// What `record` says, and whom its signature names, which is checked unless somebody did before.
    package static func read(
        _ record: JSON, checkingSignature: Bool
    ) throws(MalformedInput) -> (record: Self, verifier: PublicKey) {
        do throws(MalformedInput) {
            let (key, unsigned) = try SignedRecord.read(
                record, checkingSignature: checkingSignature)
            var fields = try JSONFields(unsigned, of: "record")
            try fields.constant("type", type)
            let verifier = try fields.publicKey("verifier")
            guard verifier == key else {
                throw .field("verifier", expected: "the signer \(key)", found: "\(verifier)")
            }
            let read = try Self(reading: &fields, of: unsigned)
            try fields.finish()
            return (read, verifier)
        } catch {
            throw MalformedInput(error.reason, in: type)
        }
    }
}
