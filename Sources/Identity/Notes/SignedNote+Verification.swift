package import Encodings

extension SignedNote {
    /// The keys whose signatures hold, or the error that names the first which does not.
    ///
    /// A signature whose name does not state its own key is by somebody we cannot know; it is
    /// passed over, as the specification demands. One that states its key and fails refuses
    /// the whole note, and so does a second one by the same key.
    package func verifiedSigners() throws(MalformedInput) -> [PublicKey] {
        var keys: [PublicKey] = []
        for signature in signatures {
            guard let key = signature.statedKey else { continue }
            guard signature.isValid(for: text, by: key) else {
                throw MalformedInput("expected a valid signature by \(key), found an invalid one")
            }
            guard !keys.contains(key) else {
                throw MalformedInput("expected one signature by \(key), found two")
            }
            keys.append(key)
        }
        return keys
    }

    /// The keys whose signatures hold; none at all if any signature that states its key fails.
    package func signers() -> [PublicKey] {
        (try? verifiedSigners()) ?? []
    }

    /// Whether `key` signed under `name`; one failing signature with that name and key id denies it.
    package func isSigned(by key: PublicKey, named name: String) -> Bool {
        let keyID = NoteSignature.keyID(name: name, key: key)
        let claims = signatures.filter { $0.name.hasSameBytes(as: name) && $0.keyID == keyID }
        return !claims.isEmpty && claims.allSatisfy { $0.isValid(for: text, by: key) }
    }
}
