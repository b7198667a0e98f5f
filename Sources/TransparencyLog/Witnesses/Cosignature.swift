package import Encodings
package import Identity

/// A witness's word that, at a time, a checkpoint was the largest consistent one it had seen of a
/// log (C2SP tlog-cosignature, Ed25519).
package struct Cosignature: Sendable, Equatable {
    /// The witness.
    package let witness: VerifierKey
    /// Seconds since 1970.
    package let time: UInt64
    /// The line of the note.
    package let signature: NoteSignature

    /// The cosignature of a checkpoint's text, made at `time`.
    package init(of text: [UInt8], at time: UInt64, named name: String, by key: SigningKey) {
        precondition(time <= UInt64(Int64.max), "a time that can be stated")
        witness = VerifierKey(name: name, use: .cosignature, key: key.publicKey)
        self.time = time
        let stated = (0..<8).map { UInt8(truncatingIfNeeded: time >> UInt64(56 - 8 * $0)) }
        signature = NoteSignature(
            name: name, keyID: witness.identifier,
            signature: stated + key.sign(Self.message(text, at: time)))
    }

    /// The cosignature of `witness` on a note, or nil if it has none.
    ///
    /// - Throws: `MalformedInput` when there is one that does not hold, or more than one.
    package init?(on note: SignedNote, by witness: VerifierKey) throws(MalformedInput) {
        let lines = note.signatures.filter {
            $0.name.hasSameBytes(as: witness.name) && $0.keyID == witness.identifier
        }
        guard let line = lines.first else { return nil }
        let time = line.signature.prefix(8).reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
        guard lines.count == 1, line.signature.count == 72, time <= UInt64(Int64.max),
            witness.key.isValid(
                signature: Array(line.signature.dropFirst(8)),
                for: Self.message(note.text, at: time))
        else {
            throw MalformedInput(
                "expected one valid cosignature of \(witness.name), found an invalid one")
        }
        self.witness = witness
        self.time = time
        signature = line
    }

    /// What is signed.
    private static func message(_ text: [UInt8], at time: UInt64) -> [UInt8] {
        Array("cosignature/v1\ntime \(time)\n".utf8) + text
    }
}
