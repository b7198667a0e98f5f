/// How much raw input is accepted; what goes beyond is refused with the limit's name.
package struct IngestionLimits: Sendable {
    /// The longest document in bytes, as read; a longer text is cut into several.
    package var documentBytes = 1 << 23

    /// The longest record of JSONL, CSV or TSV in bytes, as read.
    package var recordBytes = 1 << 25

    /// The most values in a record of JSON, or fields in one of CSV or TSV.
    package var recordValues = 1 << 20

    /// The most bytes of all documents together.
    package var totalBytes = 1 << 44

    /// How deep archives and compressed streams may lie in one another.
    package var depth = 4

    /// The most documents, files and archive members together.
    package var documents = 1 << 28

    /// How many times its own bytes a file may hold, decompressed, besides `expansionSlack`.
    package var expansion = 256

    /// The bytes that any file may come to, decompressed, however small it is.
    package var expansionSlack = 1 << 26

    /// The bytes of archives that are read from their end (zip, 7-Zip) and are not files of their
    /// own; they are held in memory.
    package var heldBytes = 1 << 27

    /// The standard limits.
    package static let standard = IngestionLimits()

    /// The standard limits, to be changed.
    package init() {}
}
