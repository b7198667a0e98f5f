package import Artifacts
package import Encodings
package import Identity
package import Storage

/// The body of an entry after the first one, with whoever signed it.
package struct LedgerRecord: Sendable {
    /// What the record says.
    package let content: Content
    /// What tells it from every other record, however often it is signed or handed in.
    package let identity: Digest
    /// The body of its entry.
    package let body: JSON

    /// The kinds of records.
    package enum Content: Sendable {
        /// Only ever entry 0.
        case genesis
        /// A round begins, if the key that signed is the operator's.
        case opening(Opening, signer: PublicKey)
        /// A worker takes part.
        case join(Join)
        /// A worker takes part no more.
        case leave(Leave)
        /// Money moves; the key signed the order.
        case transfer(Transfer, signer: PublicKey)
        /// Work is sealed.
        case contribution(SealedContribution)
        /// A verifier judges work.
        case verdict(Verdict, verifier: PublicKey)
        /// A round is settled; the body must be the derived one.
        case settlement(round: UInt32)
    }

    /// Reads the body of an entry, and checks the signature of the record in it unless told not to.
    ///
    /// The signature of a verdict is always checked.
    package init(_ body: JSON, checkingSignature: Bool = true) throws(MalformedInput) {
        self.body = body
        let type = body["type"]?.string
        if type == "verdict" {
            let (verdict, verifier) = try Verdict.verify(body)
            content = .verdict(verdict, verifier: verifier)
            identity = Self.identity(of: body)
        } else if type == "contribution" {
            let sealed = try SealedContribution(body, checkingSignature: checkingSignature)
            content = .contribution(sealed)
            identity = sealed.digest
        } else if type == "genesis" || type == "settlement" {
            content = try Self.unsigned(body)
            identity = Self.identity(of: body)
        } else {
            let (signer, record) = try Self.signer(of: body, checking: checkingSignature)
            content = try Self.signed(record, by: signer)
            identity = Self.identity(of: body)
        }
    }

    /// A contribution, ready to be appended.
    package init(_ sealed: SealedContribution) {
        content = .contribution(sealed)
        identity = sealed.digest
        body = sealed.json
    }

    /// A derived settlement, ready to be appended.
    package init(_ settlement: RoundSettlement) {
        content = .settlement(round: settlement.round)
        body = settlement.json
        identity = Self.identity(of: body)
    }

    /// SHA-256 of the canonical line of a record without its signature.
    private static func identity(of record: JSON) -> Digest {
        let members = (record.object ?? []).filter {
            !$0.key.hasSameBytes(as: SignedRecord.member)
        }
        return Digest(hashing: JSON.object(members).canonicalBytes() + [UInt8(ascii: "\n")])
    }

    private static func unsigned(_ body: JSON) throws(MalformedInput) -> Content {
        if body["type"]?.string == "genesis" { return .genesis }
        guard let round = body["round"]?.integer.flatMap({ UInt32(exactly: $0) }) else {
            throw MalformedInput("a settlement has the field 'round'")
        }
        return .settlement(round: round)
    }

    private static func signed(
        _ record: JSON, by signer: PublicKey
    ) throws(MalformedInput) -> Content {
        let (content, author): (Content, PublicKey)
        switch record["type"]?.string {
        case "opening":
            (content, author) = (.opening(try Opening(record), signer: signer), signer)
        case "join":
            let join = try Join(record)
            (content, author) = (.join(join), join.worker)
        case "leave":
            let leave = try Leave(record)
            (content, author) = (.leave(leave), leave.worker)
        case "transfer":
            (content, author) = (.transfer(try Transfer(record), signer: signer), signer)
        default:
            throw .field(
                "type", expected: "a kind of record",
                found: record["type"]?.summary ?? "nothing")
        }
        guard signer == author else {
            throw .field(
                SignedRecord.member, expected: "one by \(author)", found: "one by \(signer)")
        }
        return content
    }

    /// The key that signed, or that the signature names if it is not checked, and the record.
    private static func signer(
        of body: JSON, checking: Bool
    ) throws(MalformedInput) -> (PublicKey, JSON) {
        guard !checking else { return try SignedRecord.verify(body) }
        guard let members = body.object, let line = body[SignedRecord.member]?.string,
            let key = try NoteSignature(parsing: line).statedKey
        else {
            throw MalformedInput("missing field '\(SignedRecord.member)'")
        }
        return (key, .object(members.filter { !$0.key.hasSameBytes(as: SignedRecord.member) }))
    }
}
