package import Encodings
package import Identity
package import Storage

/// A key takes another's place; the author is the old key, or the key that may recover it.
package struct Rotation: Sendable, Equatable {
    /// The key that is retired.
    package let old: PublicKey
    /// The key that takes its place.
    package let new: PublicKey
    /// The record that `new` signed to say so.
    package let consent: JSON

    /// A rotation to the key `new`, which consents to it in the run of digest `run`.
    package init(from old: PublicKey, to new: SigningKey, run: Digest) {
        self.old = old
        self.new = new.publicKey
        consent = SignedRecord.sign(
            ["type": "consent", "run": run.json, "from": old.json, "to": new.publicKey.json],
            with: new)
    }

    /// The body of the entry.
    package var json: JSON { ["type": "rotation", "consent": consent] }

    /// Reads the body of an entry, and checks the new key's signature, for the run of digest `run`.
    package init(_ json: JSON, run: Digest) throws(MalformedInput) {
        var fields = try JSONFields(json, of: "rotation")
        try fields.constant("type", "rotation")
        consent = try fields.value("consent")
        try fields.finish()
        let (signer, unsigned) = try SignedRecord.verify(consent)
        var terms = try JSONFields(unsigned, of: "consent")
        try terms.constant("type", "consent")
        try terms.constant("run", run.hex)
        old = try terms.publicKey("from")
        new = try terms.publicKey("to")
        try terms.finish()
        guard signer == new else {
            throw .field("to", expected: "the signer \(signer)", found: "\(new)")
        }
    }
}

/// Names the key that may put another in the place of a key that was lost or stolen.
package struct Recovery: Sendable, Equatable {
    /// The key that it is for.
    package let of: PublicKey
    /// The key that may recover it.
    package let key: PublicKey

    /// The key `key` may recover `of`.
    package init(of: PublicKey, by key: PublicKey) {
        self.of = of
        self.key = key
    }

    /// The body of the entry.
    package var json: JSON {
        ["type": "recovery", "of": of.json, "key": key.json]
    }

    /// Reads the body of an entry.
    package init(_ json: JSON) throws(MalformedInput) {
        var fields = try JSONFields(json, of: "recovery")
        try fields.constant("type", "recovery")
        of = try fields.publicKey("of")
        key = try fields.publicKey("key")
        try fields.finish()
    }
}
