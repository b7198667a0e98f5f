package import Encodings
package import Identity
package import Storage

/// The place of an author's next entry: a gap in the sequence, or a second entry in one place,
/// shows.
package struct AuthorPlace: Sendable, Equatable {
    /// How many entries the author has.
    package let sequence: UInt64
    /// The digest of the last of them; zeros if there is none.
    package let previous: Digest

    /// The place of the entry after `sequence` others, of which the last is `previous`.
    package init(sequence: UInt64, previous: Digest) {
        self.sequence = sequence
        self.previous = previous
    }

    /// The place of an author's first entry.
    package static let first = AuthorPlace(sequence: 0, previous: LogEntry.none)

    /// The place after `entry`.
    package init(after entry: LogEntry) {
        self.init(sequence: entry.sequence + 1, previous: entry.digest)
    }
}

/// How far each author of a log has come.
package struct AuthorPlaces: Sendable {
    /// The digest of the log's entry 0; zeros before there is one.
    package private(set) var log = LogEntry.none
    private var places: [PublicKey: AuthorPlace] = [:]

    /// A log without entries.
    package init() {}

    /// The place of the next entry of `author`.
    package func next(of author: PublicKey) -> AuthorPlace { places[author] ?? .first }

    /// The place of the next entry of `author` after its validly signed ones that wait to be sealed.
    package func next(of author: PublicKey, following waiting: [LogEntry]) -> AuthorPlace {
        let own = waiting.filter { $0.author == author && $0.log == log }
        let bySequence = Dictionary(grouping: own, by: \.sequence)
        var place = next(of: author)
        while let entry = bySequence[place.sequence]?.first(where: {
            $0.previous == place.previous && (try? $0.verifySignature()) != nil
        }) {
            place = AuthorPlace(after: entry)
        }
        return place
    }

    /// Takes the next entry of the log.
    ///
    /// - Throws: `MalformedInput` when it belongs to another log or is not its author's next.
    package mutating func append(_ entry: LogEntry) throws(MalformedInput) {
        try check(entry)
        if places.isEmpty { log = entry.digest }
        places[entry.author] = AuthorPlace(after: entry)
    }

    /// Checks that an entry could be appended now.
    package func check(_ entry: LogEntry) throws(MalformedInput) {
        guard entry.log == log else {
            throw .field("log", expected: "\(log)", found: "\(entry.log)")
        }
        let place = next(of: entry.author)
        guard entry.sequence == place.sequence else {
            throw .field("sequence", expected: "\(place.sequence)", found: "\(entry.sequence)")
        }
        guard entry.previous == place.previous else {
            throw .field("previous", expected: "\(place.previous)", found: "\(entry.previous)")
        }
    }
}
