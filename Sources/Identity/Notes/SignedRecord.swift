package import Encodings

/// A JSON object that carries its own signature in the member `signature`.
///
/// The member is a signature line of a note whose text is the canonical bytes of the object
/// without that member, and a line feed. So the record is signed the way a note is.
package enum SignedRecord {
    /// The name of the member.
    package static let member = "signature"

    /// The object `record` with the signature of `key` as its last member.
    package static func sign(_ record: JSON, with key: SigningKey) -> JSON {
        guard let members = record.object else { preconditionFailure("a record is an object") }
        let unsigned = members.filter { !$0.key.hasSameBytes(as: member) }
        let signature = NoteSignature(of: text(of: .object(unsigned)), by: key)
        return .object(unsigned + [JSONMember(key: member, value: .string(signature.line))])
    }

    /// The key that signed `record`, and the record without the signature.
    package static func verify(_ record: JSON) throws(MalformedInput) -> (PublicKey, JSON) {
        try read(record, checkingSignature: true)
    }

    /// The key that the signature of `record` names, and the record without the signature, which is
    /// checked unless somebody did before.
    package static func read(
        _ record: JSON, checkingSignature: Bool
    ) throws(MalformedInput) -> (PublicKey, JSON) {
        guard let members = record.object else {
            throw MalformedInput("expected an object, found \(record.summary)")
        }
        guard let line = record[member]?.string else {
            throw MalformedInput("missing field '\(member)'")
        }
        let signature: NoteSignature
        do throws(MalformedInput) {
            signature = try NoteSignature(parsing: line)
        } catch {
            throw MalformedInput("field '\(member)': \(error.reason)")
        }
        guard let key = signature.statedKey else {
            throw .field(
                member, expected: "a key name in base58 with its key id",
                found: MalformedInput.quoted(signature.name))
        }
        let unsigned = JSON.object(members.filter { !$0.key.hasSameBytes(as: member) })
        guard !checkingSignature || signature.isValid(for: text(of: unsigned), by: key) else {
            throw .field(
                member, expected: "a valid signature by \(key)", found: "an invalid one")
        }
        return (key, unsigned)
    }

    /// The bytes that are signed.
    private static func text(of record: JSON) -> [UInt8] {
        record.canonicalBytes() + [0x0A]
    }
}
