package import Artifacts
package import Encodings
package import Identity
package import Storage
package import TransparencyLog

/// What an entry after the first one records.
package struct LedgerRecord: Sendable {
    /// Who made the entry.
    package let author: PublicKey
    /// What the record says.
    package let content: Content
    /// What tells it from every other record: of contributions, verdicts, scores and transfers what they say,
    /// so that one counts once however often it is handed in; of others the digest of the entry.
    package private(set) var identity: Digest
    /// Whether the record is known by what it says.
    package let isKnownByContent: Bool
    /// The body of its entry.
    package let body: JSON

    /// The kinds of records.
    package enum Content: Sendable {
        /// Only ever entry 0.
        case genesis
        /// A round begins.
        case opening(round: UInt32)
        /// A round takes no more work.
        case closing(round: UInt32)
        /// The author takes part as a worker.
        case join(Join)
        /// A key is named that may recover another.
        case recovery(Recovery)
        /// A key takes another's place; read with the run that it must be for.
        case rotation
        /// The author takes part no more.
        case leave(round: UInt32)
        /// Money moves.
        case transfer(Transfer)
        /// A worker's work is sealed; its own signature is in it, whoever the author is.
        case contribution(SealedContribution)
        /// A verifier judges work; its own signature is in it, whoever the author is.
        case verdict(Verdict, verifier: PublicKey)
        /// A verifier scores work; its own signature is in it, whoever the author is.
        case score(Score, verifier: PublicKey)
        /// A verifier revises its verdict.
        case revision(Revision)
        /// A round is settled; the body must be the derived one.
        case settlement(round: UInt32)
        /// Accounts are to be paid outside the ledger; the body must be the derived one.
        case export(number: UInt32)
        /// How an export is paid.
        case payment(ExportPayment)
        /// What became of an export.
        case reconciliation(ExportReconciliation)
    }

    /// Whose signatures in a body are checked.
    package enum Signatures: Sendable {
        /// The worker's of a contribution, the verifier's of a verdict or score.
        case all
        /// The verifier's: the operator is trusted to have let in only what workers signed.
        case verifiers
        /// Nobody's, as the same were checked before.
        case none
    }

    /// Reads the body of an entry by `author`.
    package init(
        _ body: JSON, by author: PublicKey, checking signatures: Signatures = .all
    ) throws(MalformedInput) {
        let statement: JSON = ["author": author.json, "body": body]
        try self.init(
            body, by: author, checking: signatures,
            statement: statement.canonicalBytes() + [UInt8(ascii: "\n")])
    }

    /// The same of a body that is spelled, with its author, as in the line `statement`.
    private init(
        _ body: JSON, by author: PublicKey, checking signatures: Signatures, statement: [UInt8]
    ) throws(MalformedInput) {
        self.body = body
        self.author = author
        switch body["type"]?.string {
        case "contribution":
            let sealed = try SealedContribution(body, checkingSignature: signatures == .all)
            content = .contribution(sealed)
            identity = sealed.digest
            isKnownByContent = true
        case "verdict":
            let (verdict, verifier) = try Verdict.read(
                body, checkingSignature: signatures != .none)
            content = .verdict(verdict, verifier: verifier)
            identity = Self.identity(ofSigned: body)
            isKnownByContent = true
        case "score":
            let (score, verifier) = try Score.read(body, checkingSignature: signatures != .none)
            content = .score(score, verifier: verifier)
            identity = Self.identity(ofSigned: body)
            isKnownByContent = true
        case let type:
            content = try Self.content(body)
            identity = Digest(hashing: statement)
            isKnownByContent = Self.countOnce.contains(type ?? "")
        }
    }

    /// Reads the body of an entry.
    package init(
        _ entry: LogEntry, checking signatures: Signatures
    ) throws(MalformedInput) {
        try self.init(
            entry.body, by: entry.author, checking: signatures, statement: entry.statement)
        self = self.placed(in: entry)
    }

    /// The same record as the one in `entry`, which was made of it.
    package func placed(in entry: LogEntry) -> LedgerRecord {
        var placed = self
        if !isKnownByContent { placed.identity = entry.digest }
        return placed
    }

    /// A record that was read from nothing: the caller vouches for its form and its signatures.
    ///
    /// Simulations apply millions of them. What comes from a file or from a person never takes this
    /// way.
    package init(vouchingFor content: Content, identity: Digest, by author: PublicKey) {
        self.content = content
        self.identity = identity
        self.author = author
        isKnownByContent = true
        body = .object([])
    }

    private static func content(_ body: JSON) throws(MalformedInput) -> Content {
        switch body["type"]?.string {
        case "genesis": return .genesis
        case "opening": return .opening(round: try RoundNotice(.opening, body).round)
        case "closing": return .closing(round: try RoundNotice(.closing, body).round)
        case "join": return .join(try Join(body))
        case "recovery": return .recovery(try Recovery(body))
        case "rotation": return .rotation
        case "leave": return .leave(round: try RoundNotice(.leave, body).round)
        case "transfer": return .transfer(try Transfer(body))
        case "revision": return .revision(try Revision(body))
        case "settlement": return .settlement(round: try number("round", of: body))
        case "export": return .export(number: try number("number", of: body))
        case "payment": return .payment(try ExportPayment(body))
        case "reconciliation": return .reconciliation(try ExportReconciliation(body))
        default:
            throw .field(
                "type", expected: "a kind of record", found: body["type"]?.summary ?? "nothing")
        }
    }

    /// Kinds that count once by what they say, though only their authors can say it.
    private static let countOnce = ["transfer", "recovery", "rotation", "revision"]

    /// The number in a body that is compared with the derived one as a whole.
    private static func number(
        _ name: String, of body: JSON
    ) throws(MalformedInput) -> UInt32 {
        guard let number = body[name]?.integer.flatMap({ UInt32(exactly: $0) }) else {
            throw MalformedInput("missing field '\(name)'", in: body["type"]?.string)
        }
        return number
    }

    /// SHA-256 of the canonical line of a record without its own signature.
    private static func identity(ofSigned record: JSON) -> Digest {
        let members = (record.object ?? []).filter {
            !$0.key.hasSameBytes(as: SignedRecord.member)
        }
        return Digest(hashing: JSON.object(members).canonicalBytes() + [UInt8(ascii: "\n")])
    }
}
