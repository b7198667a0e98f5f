/// How documents become rows of one length.
package enum PackingPolicy: String, Sendable, CaseIterable {
    /// Documents one after another, cut into rows wherever a row ends.
    case concatenate
    /// Whole documents, together with others that fill the row best; only those longer than a row
    /// are cut.
    case bestFit = "best-fit"
}

/// The tokens that stand around the text of each document.
package struct DocumentMarks: Sendable, Equatable {
    /// The token before it, if any.
    package var beginning: UInt32?
    /// The token behind it, if any.
    package var end: UInt32?

    /// The marks of documents.
    package init(beginning: UInt32?, end: UInt32?) {
        self.beginning = beginning
        self.end = end
    }

    /// Whether `token` is one of them.
    package func contains(_ token: UInt32) -> Bool { token == beginning || token == end }
}
