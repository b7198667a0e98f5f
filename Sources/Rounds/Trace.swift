package import Encodings
package import Storage

/// One stretch of inner steps and the state roots around it (a line of `trace.ndjson`).
package struct TraceSegment: Sendable, Equatable {
    /// The first inner step, from 0.
    package let firstStep: Int
    /// Inner steps in the segment.
    package let steps: Int
    /// Root of the state before the first step.
    package let opening: Digest
    /// Root of the state after the last step.
    package let closing: Digest

    /// A segment of the given steps and roots.
    package init(firstStep: Int, steps: Int, opening: Digest, closing: Digest) {
        self.firstStep = firstStep
        self.steps = steps
        self.opening = opening
        self.closing = closing
    }

    package init(_ json: JSON) throws(MalformedInput) {
        var fields = try JSONFields(json, of: "segment")
        firstStep = Int(try fields.integer("first_step", in: 0...stepLimit))
        steps = Int(try fields.integer("steps", in: 1...stepLimit))
        opening = try fields.digest("opening")
        closing = try fields.digest("closing")
        try fields.finish()
    }

    /// What reasons call the segment, which is the one of the given number, from 1.
    package func name(_ number: Int) -> String {
        "segment \(number) (steps \(firstStep + 1) to \(firstStep + steps))"
    }

    package var json: JSON {
        [
            "first_step": .integer(Int64(firstStep)),
            "steps": .integer(Int64(steps)),
            "opening": opening.json,
            "closing": closing.json,
        ]
    }
}

extension [TraceSegment] {
    /// The steps of all segments together.
    package var steps: Int { last.map { $0.firstStep + $0.steps } ?? 0 }

    /// Appends a segment that was read: it must begin where the last one ends.
    package mutating func append(following segment: TraceSegment) throws(MalformedInput) {
        guard segment.firstStep == steps else {
            throw .field("first_step", expected: "\(steps)", found: "\(segment.firstStep)")
        }
        if let last, last.closing != segment.opening {
            throw .field("opening", expected: last.closing.hex, found: segment.opening.hex)
        }
        append(segment)
    }

    /// The lines of `trace.ndjson`.
    var lines: [UInt8] { flatMap { $0.json.orderedLine } }
}
