import Encodings

/// What a round takes over from the one before.
///
/// Normative text: docs/protocol.md, section "Lost shares".
package struct Takeover: Sendable, Equatable {
    /// The most ranges of lost positions.
    package static let maximumRanges = 65_536

    /// The first position that no round has had.
    package var next: UInt64
    /// The positions to be made up for, ascending and disjoint, all below `next`.
    package var lost: [Range<UInt64>]

    /// What is taken over: `lost`, ascending and disjoint, all below `next`.
    package init(next: UInt64, lost: [Range<UInt64>]) {
        self.next = next
        self.lost = lost
    }

    /// Ascending ranges with those joined that touch.
    static func joined(_ ranges: [Range<UInt64>]) -> [Range<UInt64>] {
        var joined: [Range<UInt64>] = []
        for range in ranges {
            if let last = joined.last, last.upperBound == range.lowerBound {
                joined[joined.count - 1] = last.lowerBound..<range.upperBound
            } else {
                joined.append(range)
            }
        }
        return joined
    }
}

extension Takeover {
    /// Reads the members `next` and `lost` of a roster, which come together or not at all.
    static func read(_ fields: inout JSONFields) throws(MalformedInput) -> Takeover? {
        let limit = Int64(1) << 62
        guard let value = fields.optionalValue("next") else { return nil }
        guard let next = value.integer, (0...limit).contains(next) else {
            throw fields.mismatch("next", expected: "a position", found: value)
        }
        var lost: [Range<UInt64>] = []
        var end: Int64 = 0
        for pair in try fields.array("lost", limit: maximumRanges) {
            let bounds = pair.array?.compactMap(\.integer) ?? []
            guard bounds.count == 2, pair.array?.count == 2, bounds[0] >= end,
                bounds[0] < bounds[1], bounds[1] <= next
            else {
                throw fields.mismatch(
                    "lost", expected: "ascending ranges of positions below \(next)", found: pair)
            }
            end = bounds[1]
            lost.append(UInt64(bounds[0])..<UInt64(bounds[1]))
        }
        return Takeover(next: UInt64(next), lost: lost)
    }

    /// The members of a roster.
    var members: [JSONMember] {
        let ranges = lost.map { range -> JSON in
            [.integer(Int64(range.lowerBound)), .integer(Int64(range.upperBound))]
        }
        return [
            JSONMember(key: "next", value: .integer(Int64(next))),
            JSONMember(key: "lost", value: .array(ranges)),
        ]
    }
}

/// The positions of one round: those that are made up for, and then those whose turn it is.
struct RoundPositions {
    /// The first position that is left for the next round.
    let next: UInt64

    private var ranges: [Range<UInt64>]

    /// The `count` positions of a roster's round.
    init(of roster: Roster, count: UInt64) throws(MalformedInput) {
        // At most 2^32 rounds of 2^30 sequences, which is no overflow.
        let takeover =
            roster.takeover ?? Takeover(next: (roster.round - 1) * count, lost: [])
        var lost: UInt64 = 0
        for range in takeover.lost {
            guard UInt64(range.count) <= count - lost else {
                throw MalformedInput(
                    "more positions are lost than the \(count) of a round", in: "roster")
            }
            lost += UInt64(range.count)
        }
        next = takeover.next + count - lost
        ranges = takeover.lost + [takeover.next..<next].filter { !$0.isEmpty }
        ranges.reverse()
    }

    /// The next `count` positions, which must be left.
    mutating func take(_ count: UInt64) -> [Range<UInt64>] {
        var taken: [Range<UInt64>] = []
        var left = count
        while left > 0, let range = ranges.popLast() {
            let end = min(range.upperBound, range.lowerBound + left)
            taken.append(range.lowerBound..<end)
            left -= end - range.lowerBound
            if end < range.upperBound { ranges.append(end..<range.upperBound) }
        }
        precondition(left == 0, "positions of the round")
        return taken
    }
}
