package import Encodings
import Storage

/// When two documents have the same text.
package enum DuplicateRule: String, Sendable, CaseIterable {
    /// When all bytes are the same.
    case exact
    /// When the same words come in the same order.
    case words
    /// When they are much alike.
    case near
}

/// A set of filters with a name.
package enum FilterSet: String, Sendable, CaseIterable {
    /// The rules of quality of Gopher (Rae et al. 2021, table A1).
    case gopher
    /// Its rules against repeated lines and paragraphs.
    case repetition
}

/// Which documents are kept.
package struct CurationSettings: Sendable, Equatable {
    /// The part of all documents to keep, in millionths.
    package var sample: UInt32 = 1_000_000
    /// What makes one sample differ from another.
    package var seed: UInt64 = 0
    /// The fewest bytes.
    package var minimumBytes = 1
    /// The most bytes.
    package var maximumBytes = Int.max
    /// The fewest words between spaces.
    package var minimumWords = 0
    /// The least part of letters and numbers among characters that are not spaces, in millionths.
    package var minimumLetters: UInt32 = 0
    /// The sets of filters to pass.
    package var filters: Set<FilterSet> = []
    /// Which documents are duplicates.
    package var duplicates: Set<DuplicateRule> = []
    /// The words in a run that must not also be in a text to be measured on.
    package var contaminationWords = 13

    /// Everything is kept.
    package init() {}

    /// Whether a document is in the sample.
    ///
    /// That is so if the first 64 bits of SHA-256("sample" ‖ seed ‖ SHA-256(text)) are below the part;
    /// it has nothing to do with what is held out, and no other document matters.
    func isSampled(_ document: Document) -> Bool {
        guard sample < 1_000_000 else { return true }
        let digest = Digest(hashing: document.bytes)
        let hash = Digest(hashing: Array("sample".utf8) + seed.bigEndianBytes + digest.bytes)
        let leading = hash.bytes[..<8].reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
        return leading.multipliedFullWidth(by: 1_000_000).high < UInt64(sample)
    }

    /// The record in a report.
    package var json: JSON {
        var members: [(String, JSON)] = []
        if sample < 1_000_000 {
            members.append(("sample_ppm", .integer(Int64(sample))))
            members.append(("seed", .string(String(seed))))
        }
        if minimumBytes > 1 { members.append(("minimum_bytes", .integer(Int64(minimumBytes)))) }
        if maximumBytes < .max {
            members.append(("maximum_bytes", .integer(Int64(maximumBytes))))
        }
        if minimumWords > 0 { members.append(("minimum_words", .integer(Int64(minimumWords)))) }
        if minimumLetters > 0 {
            members.append(("minimum_letters_ppm", .integer(Int64(minimumLetters))))
        }
        members.append(("filters", .array(filters.map(\.rawValue).sorted().map { .string($0) })))
        members.append(
            ("deduplicate", .array(duplicates.map(\.rawValue).sorted().map { .string($0) })))
        members.append(("contamination_words", .integer(Int64(contaminationWords))))
        return .object(members.map { JSONMember(key: $0.0, value: $0.1) })
    }
}
