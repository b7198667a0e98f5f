package import Encodings
import Identity
package import TransparencyLog

/// What somebody hands in to be recorded.
package enum Submission: Sendable {
    /// An entry that its author signed.
    case entry(LogEntry)
    /// A contribution, a verdict or a score, which carry the signature of whoever vouches for them; the operator
    /// makes an entry of it.
    case record(JSON)

    /// Reads a line, told apart by its members.
    package init(parsing line: [UInt8]) throws(MalformedInput) {
        let json = try JSON(parsing: line, limits: .record)
        if json["type"] != nil {
            self = try .init(record: json)
        } else {
            let entry = try LogEntry(parsing: json.canonicalBytes() + [UInt8(ascii: "\n")])
            try entry.verifySignature()
            self = .entry(entry)
        }
    }

    /// Reads lines beside each other; what is wrong with one is in its place.
    package static func parse(_ lines: [[UInt8]]) -> [Result<Submission, MalformedInput>] {
        let size = 256
        let groups = Background(count: (lines.count + size - 1) / size) { group in
            lines[(size * group)..<min(size * (group + 1), lines.count)].map { line in
                do throws(MalformedInput) {
                    return Result<Submission, MalformedInput>.success(try Submission(parsing: line))
                } catch {
                    return .failure(error)
                }
            }
        }
        return groups.wait().flatMap { (try? $0.get()) ?? [] }
    }

    /// Takes a contribution, a verdict or a score.
    package init(record json: JSON) throws(MalformedInput) {
        let type = json["type"]?.string ?? ""
        guard ["contribution", "verdict", "score"].contains(type) else {
            throw MalformedInput(
                "expected a contribution, a verdict, a score or a signed entry, found \(json["type"]?.summary ?? "another record")"
            )
        }
        self = .record(json)
    }

    /// The line that stands for this in an inbox.
    package var line: [UInt8] {
        switch self {
        case .entry(let entry): entry.line
        case .record(let json): json.canonicalBytes() + [UInt8(ascii: "\n")]
        }
    }
}

extension Submission {
    /// Whether this is sealed before another: entries by author and place, then other records.
    ///
    /// The operator makes entries of those, so its own entries that wait must come before. Nil leaves
    /// the order to the names in the inbox.
    package func precedes(_ other: Submission) -> Bool? {
        switch (self, other) {
        case (.record, .entry): false
        case (.entry, .record): true
        case (.record, .record): nil
        case (.entry(let left), .entry(let right)):
            left.author != right.author
                ? left.author < right.author
                : left.sequence != right.sequence ? left.sequence < right.sequence : nil
        }
    }

    /// The kind of record and whom it is about, in a few words.
    package var summary: String {
        switch self {
        case .entry(let entry): "\(entry.body["type"]?.string ?? "entry") of \(entry.author)"
        case .record(let json):
            if let verdict = json["verdict"]?.string {
                "verdict '\(verdict)'"
            } else {
                json["type"]?.string ?? "record"
            }
        }
    }
}
