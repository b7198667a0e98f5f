package import Encodings

/// What became of an export: all was paid but what failed.
package struct ExportReconciliation: Sendable, Equatable {
    /// The most ranges of failed payments; a transaction fails as a whole, so there are few.
    package static let maximumRanges = 4_096

    /// The export.
    package let export: UInt32
    /// The payments that failed, by their places in the list from 0: ranges in order, with gaps between.
    package let failed: [ClosedRange<UInt32>]

    /// A finding that the payments at these places failed, which come in order.
    package init(of export: UInt32, failedAt places: [UInt32]) {
        var ranges: [ClosedRange<UInt32>] = []
        for place in places {
            if let last = ranges.last, last.upperBound + 1 == place {
                ranges[ranges.count - 1] = last.lowerBound...place
            } else {
                ranges.append(place...place)
            }
        }
        self.export = export
        failed = ranges
    }

    /// The body of the entry.
    package var json: JSON {
        [
            "type": "reconciliation",
            "export": .integer(Int64(export)),
            "failed": .array(
                failed.map {
                    [.integer(Int64($0.lowerBound)), .integer(Int64($0.upperBound))]
                }),
        ]
    }

    /// Reads the body of an entry.
    package init(_ json: JSON) throws(MalformedInput) {
        var fields = try JSONFields(json, of: "reconciliation")
        try fields.constant("type", "reconciliation")
        export = try fields.round("export")
        var ranges: [ClosedRange<UInt32>] = []
        for value in try fields.array("failed", limit: Self.maximumRanges) {
            let ends = value.array?.compactMap { $0.integer.flatMap { UInt32(exactly: $0) } } ?? []
            guard ends.count == 2, value.array?.count == 2, ends[0] <= ends[1],
                ranges.last.map({ $0.upperBound < ends[0] && ends[0] - $0.upperBound > 1 }) ?? true
            else {
                throw .field(
                    "failed", expected: "ranges [first,last] in order, with gaps between",
                    found: value.summary)
            }
            ranges.append(ends[0]...ends[1])
        }
        failed = ranges
        try fields.finish()
    }
}
