/// What becomes of a document that is not well-formed UTF-8.
package enum InvalidTextPolicy: String, Sendable, CaseIterable {
    /// Each maximal ill-formed part becomes U+FFFD.
    case replace
    /// The document is left out.
    case skip
    /// Reading stops with an error.
    case refuse
}

/// What becomes of a record of JSONL, CSV or TSV that has no text to take.
package enum MalformedRecordPolicy: String, Sendable, CaseIterable {
    /// Reading stops with an error.
    case refuse
    /// The record is left out.
    case skip
}

/// What was read and what was left out.
package struct IngestionCounts: Sendable, Equatable {
    /// Documents handed on.
    package var documents = 0
    /// Their bytes.
    package var bytes = 0
    /// Files, members and records that were empty, which are left out.
    package var empty = 0
    /// Documents with ill-formed UTF-8 that was replaced.
    package var repaired = 0
    /// U+FFFD put in place of ill-formed parts.
    package var replacements = 0
    /// Documents left out for ill-formed UTF-8.
    package var skipped = 0
    /// Byte order marks taken away from the beginning of texts.
    package var byteOrderMarks = 0
    /// Records left out because no text could be taken from them.
    package var malformedRecords = 0

    /// Nothing read.
    package init() {}
}
