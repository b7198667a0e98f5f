/// One of the sources of a corpus.
package struct DocumentSource: Sendable {
    /// Its name; nil where there is only one.
    package var name: String?
    /// What is read.
    package var operands: [InputOperand]
    /// How it is read.
    package var settings: IngestionSettings
    /// Its part of the bytes, relative to the others; nil if all is to be read.
    package var weight: UInt64?

    /// The most sources of one corpus.
    package static let maximumCount = 256

    /// The largest weight.
    package static let maximumWeight: Int64 = 1_000_000_000

    /// A source.
    package init(
        name: String? = nil, operands: [InputOperand], settings: IngestionSettings,
        weight: UInt64? = nil
    ) {
        self.name = name
        self.operands = operands
        self.settings = settings
        self.weight = weight
    }
}

/// Draws documents from several sources.
///
/// Without weights the sources are read one after another. With weights the next document always
/// comes from the source that has given the fewest bytes for its weight, the first of those that are
/// equal; when it has no more documents, the mixture ends, for it would no longer be what was asked
/// for.
package struct DocumentMixture {
    /// A source as far as it was read.
    package struct Lane {
        /// The source.
        package let source: DocumentSource
        /// What was read of it.
        package fileprivate(set) var read = DocumentTally()
        /// What was kept of that.
        package fileprivate(set) var kept = DocumentTally()
        fileprivate var reader: DocumentReader

        /// What its reader counted.
        package var counts: IngestionCounts { reader.counts }
    }

    /// The sources, in their order.
    package private(set) var lanes: [Lane]

    /// The source whose end was the end of the mixture, if there are weights.
    package private(set) var exhausted: Int?

    private var current = 0

    /// A mixture of `sources`, of which all or none have weights.
    package init(_ sources: [DocumentSource]) {
        lanes = sources.map {
            Lane(source: $0, reader: DocumentReader($0.operands, settings: $0.settings))
        }
    }

    /// The next document for which `isKept` holds, or nil at the end.
    package mutating func next(where isKept: (Document) throws -> Bool) throws -> Document? {
        while let index = nextLane() {
            while let document = try lanes[index].reader.next() {
                lanes[index].read.add(document)
                guard try isKept(document) else { continue }
                lanes[index].kept.add(document)
                return document
            }
            if lanes[index].source.weight != nil {
                exhausted = index
            } else {
                current += 1
            }
        }
        return nil
    }

    /// The source to draw from, or nil at the end.
    private func nextLane() -> Int? {
        guard lanes.contains(where: { $0.source.weight != nil }) else {
            return current < lanes.count ? current : nil
        }
        guard exhausted == nil else { return nil }
        return lanes.indices.min { isBehind(lanes[$0], lanes[$1]) }
    }

    /// Whether `left` has given fewer bytes for its weight than `right`, in exact arithmetic.
    private func isBehind(_ left: Lane, _ right: Lane) -> Bool {
        let a = UInt64(left.kept.bytes).multipliedFullWidth(by: right.source.weight ?? 1)
        let b = UInt64(right.kept.bytes).multipliedFullWidth(by: left.source.weight ?? 1)
        return a.high != b.high ? a.high < b.high : a.low < b.low
    }
}
