/// Why a document was left out, in the order in which documents are judged.
package enum DropReason: String, Sendable, CaseIterable {
    /// It is not in the sample.
    case notSampled = "not-sampled"
    /// It has fewer bytes than wanted.
    case tooFewBytes = "too-few-bytes"
    /// It has more bytes than wanted.
    case tooManyBytes = "too-many-bytes"
    /// It has fewer words than wanted.
    case tooFewWords = "too-few-words"
    /// Too few of its characters are letters or numbers.
    case tooFewLetters = "too-few-letters"
    /// It has fewer than 50 or more than 100,000 words.
    case gopherWords = "gopher-words"
    /// Its words have fewer than 3 or more than 10 characters on average.
    case gopherWordLength = "gopher-word-length"
    /// It has more than one number sign or ellipsis for ten words.
    case gopherSymbols = "gopher-symbols"
    /// More than nine of ten lines begin with a bullet.
    case gopherBullets = "gopher-bullets"
    /// More than three of ten lines end with an ellipsis.
    case gopherEllipses = "gopher-ellipses"
    /// Fewer than eight of ten words have a letter.
    case gopherLetters = "gopher-letters"
    /// It has fewer than two of the commonest English words.
    case gopherStopWords = "gopher-stop-words"
    /// Too many of its lines stand in it before.
    case repeatedLines = "repeated-lines"
    /// Too many of its paragraphs stand in it before.
    case repeatedParagraphs = "repeated-paragraphs"
    /// A document with the same text came before.
    case duplicate
    /// It shares a run of words with a text that is to be measured on.
    case contaminated
    /// A document that is much like it came before.
    case nearDuplicate = "near-duplicate"
}

/// A number of documents and of their bytes.
package struct DocumentTally: Sendable, Equatable {
    /// The documents.
    package var documents = 0
    /// Their bytes.
    package var bytes = 0

    /// None.
    package init() {}

    /// Counts one more document.
    package mutating func add(_ document: Document) {
        documents += 1
        bytes += document.bytes.count
    }
}
