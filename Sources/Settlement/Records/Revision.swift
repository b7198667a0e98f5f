package import Artifacts
package import Encodings
package import Identity
package import Storage

/// A verifier's second word about a contribution, in the place of its first.
package struct Revision: Sendable {
    /// The identity of the verdict that does not hold any more.
    package let revised: Digest
    /// What the verifier says now.
    package let verdict: Verdict
    /// Who signed that.
    package let verifier: PublicKey
    /// The body of the entry.
    package let json: JSON

    /// Revises the verdict of identity `revised` by the signed record `verdict`.
    package init(of revised: Digest, by verdict: JSON) throws(MalformedInput) {
        try self.init(["type": "revision", "revises": revised.json, "verdict": verdict])
    }

    /// Reads the body of an entry; the verifier's signature on the verdict is checked.
    package init(_ json: JSON) throws(MalformedInput) {
        var fields = try JSONFields(json, of: "revision")
        try fields.constant("type", "revision")
        revised = try fields.digest("revises")
        (verdict, verifier) = try Verdict.verify(try fields.value("verdict"))
        try fields.finish()
        self.json = json
    }
}
