/// How much raw input is accepted; what goes beyond is refused with the limit's name.
package struct IngestionLimits: Sendable {
    /// The largest document, file or archive member in bytes, decompressed.
    package var documentBytes = 1 << 30

    /// The most bytes of all documents together.
    package var totalBytes = 1 << 44

    /// How deep archives and compressed streams may lie in one another.
    package var depth = 4

    /// The most files and archive members.
    package var documents = 1 << 28

    /// The standard limits.
    package static let standard = IngestionLimits()

    /// The standard limits, to be changed.
    package init() {}
}
