import Artifacts
import Encodings

/// The documents, or parts of documents, that stand in each row of a shard one after another.
package struct RowSegments: Sendable, Equatable {
    /// One document's tokens in a row.
    package struct Segment: Sendable, Equatable {
        /// How many tokens.
        package let length: Int
        /// The position of the first in the stream of the split.
        package let position: Int
    }

    /// The segments of all rows in order.
    package private(set) var all: [Segment] = []
    /// Where the segments of each row end.
    private var ends: [Int] = []

    static let countsTensor = "segment_counts"
    static let lengthsTensor = "segment_lengths"
    static let positionsTensor = "segment_positions"
    /// How many tensors there are.
    static let tensorCount = 3

    /// No rows.
    init() {}

    /// How many rows there are.
    package var rows: Int { ends.count }

    /// The segments of a row.
    package func row(_ index: Int) -> ArraySlice<Segment> {
        all[(index == 0 ? 0 : ends[index - 1])..<ends[index]]
    }

    /// What a row's Merkle leaf holds of them: the lengths, four bytes each.
    func leafBytes(_ index: Int) -> [UInt8] {
        LittleEndian.bytes(of: row(index).map { UInt32($0.length) })
    }

    /// Adds the segments of the next row.
    mutating func append(_ segments: [Segment]) {
        all += segments
        ends.append(all.count)
    }

    /// The tensors of a shard.
    var tensors: [SafetensorsWriter.Tensor] {
        let counts = (0..<rows).map { UInt32(row($0).count) }
        return [
            SafetensorsWriter.tensor(Self.countsTensor, shape: [rows], counts),
            SafetensorsWriter.tensor(
                Self.lengthsTensor, shape: [all.count], all.map { UInt32($0.length) }),
            SafetensorsWriter.tensor(
                Self.positionsTensor, shape: [all.count], all.map { UInt64($0.position) }),
        ]
    }

    /// Reads the segments of `rows` rows of `rowLength` tokens; each row has some that fit into it
    /// and predict a token.
    init(_ reader: SafetensorsReader, rows: Int, rowLength: Int) throws(MalformedInput) {
        let counts = try reader.elements(named: Self.countsTensor, shape: [rows], as: UInt32.self)
        let total = counts.reduce(0) { $0 + Int($1) }
        let lengths = try reader.elements(
            named: Self.lengthsTensor, shape: [total], as: UInt32.self)
        let positions = try reader.elements(
            named: Self.positionsTensor, shape: [total], as: UInt64.self)
        var next = 0
        for (row, count) in counts.enumerated() {
            var segments: [Segment] = []
            for index in next..<next + Int(count) {
                guard positions[index] < Self.positionLimit else {
                    throw MalformedInput(
                        "row \(row): expected segments at positions below \(Self.positionLimit),"
                            + " found \(positions[index])")
                }
                segments.append(
                    Segment(length: Int(lengths[index]), position: Int(positions[index])))
            }
            try Self.check(segments, row: row, rowLength: rowLength)
            append(segments)
            next += Int(count)
        }
    }

    /// No stream is as long.
    private static let positionLimit: UInt64 = 1 << 62

    private static func check(
        _ segments: [Segment], row: Int, rowLength: Int
    ) throws(MalformedInput) {
        let total = segments.reduce(0) { $0 + $1.length }
        guard segments.allSatisfy({ $0.length > 0 }), total <= rowLength else {
            throw MalformedInput(
                "row \(row): expected segments of at least one token and at most \(rowLength)"
                    + " together, found \(segments.map(\.length))")
        }
        guard segments.contains(where: { $0.length > 1 }) else {
            throw predictsNothing(row: row)
        }
    }

    /// The error that nothing in a row can be learnt.
    static func predictsNothing(row: Int) -> MalformedInput {
        MalformedInput("row \(row): no token goes on with the document of the one before it")
    }
}

extension RowSegments {
    /// Cuts rows of a stream, each of which begins with the last token of the one before, where a
    /// document of `documents` begins; the row `first` is the first.
    init(
        first: Int, count: Int, length: Int, documents: [DocumentRecord]
    ) throws(MalformedInput) {
        var next = 0
        for row in first..<first + count {
            let (start, end) = (row * length, (row + 1) * length + 1)
            while documents[next].span.upperBound <= start { next += 1 }
            var segments: [Segment] = []
            for document in documents[next...].prefix(while: { $0.span.lowerBound < end }) {
                let part = document.span.clamped(to: start..<end)
                segments.append(Segment(length: part.count, position: part.lowerBound))
            }
            guard segments.contains(where: { $0.length > 1 }) else {
                throw Self.predictsNothing(row: row)
            }
            append(segments)
        }
    }
}
