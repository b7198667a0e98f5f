package import Encodings
package import Identity
import Storage

extension Score: VerifierRecord {
    /// The record signed by the verifier, members in the order of the specification.
    package func signed(with key: SigningKey) -> JSON {
        let slices = Slice.allCases.compactMap { slice in
            gains[slice].map { JSONMember(key: slice.rawValue, value: $0.json) }
        }
        return SignedRecord.sign(
            [
                "type": .string(Self.type),
                "run": run.json,
                "round": .integer(Int64(round)),
                "base": base.json,
                "contribution": contribution.json,
                "worker": worker.json,
                "seed": seed.json,
                "gains": .object(slices),
                "leave_one_out": leaveOneOut?.json ?? .null,
                "data_use": dataUse?.json ?? .null,
                "standing": standing?.json ?? .null,
                "nearest": nearest?.json ?? .null,
                "rating": rating.json,
                "projections": projections.json,
                "objections": .array(objections.map { .string($0.rawValue) }),
                "verifier": key.publicKey.json,
            ], with: key)
    }

    /// The type of the record.
    package static let type = "score"

    /// Reads the members of a score.
    package init(reading fields: inout JSONFields, of record: JSON) throws(MalformedInput) {
        run = try fields.digest("run")
        round = UInt32(try fields.integer("round", in: 1...Int64(UInt32.max)))
        base = try fields.digest("base")
        contribution = try fields.digest("contribution")
        worker = try fields.publicKey("worker")
        seed = try fields.digest("seed")
        var slices = try fields.fields("gains")
        gains = [:]
        for slice in Slice.allCases {
            gains[slice] = try slices.optional(slice.rawValue, as: Gain.init)
        }
        try slices.finish()
        leaveOneOut = try fields.nullable("leave_one_out", as: Gain.init)
        dataUse = try fields.nullable("data_use", as: Interval.init)
        standing = try fields.nullable("standing", as: Standing.init)
        nearest = try fields.nullable("nearest", as: Neighbour.init)
        rating = try Rating(fields.value("rating"))
        projections = try fields.digest("projections")
        objections = try fields.value(
            "objections", expected: "reasons in the order of the specification, each once"
        ) { value in
            let names = value.array ?? [.null]
            let found = Objection.allCases.filter { names.contains(.string($0.rawValue)) }
            return found.map { .string($0.rawValue) } == names ? found : nil
        }
    }
}

extension Score.Interval {
    /// The JSON object.
    fileprivate var json: JSON {
        ["mean": .integer(mean), "low": .integer(low), "high": .integer(high)]
    }

    fileprivate init(_ json: JSON) throws(MalformedInput) {
        var fields = try JSONFields(json, of: "interval")
        mean = try fields.figure("mean")
        low = try fields.figure("low")
        high = try fields.figure("high")
        try fields.finish()
        guard low <= mean, mean <= high else {
            throw MalformedInput("expected a mean between its bounds", in: "interval")
        }
    }
}

extension Score.Gain {
    fileprivate var json: JSON {
        [
            "sequences": .integer(Int64(sequences)), "before": .integer(before),
            "gain": gain.json,
        ]
    }

    fileprivate init(_ json: JSON) throws(MalformedInput) {
        var fields = try JSONFields(json, of: "gain")
        sequences = Int(
            try fields.integer("sequences", in: 2...Int64(Score.maximumSequences)))
        before = try fields.integer("before", in: 0...Score.maximumFigure)
        gain = try Score.Interval(fields.value("gain"))
        try fields.finish()
    }
}

extension Score.Standing {
    fileprivate var json: JSON {
        [
            "norm": .integer(norm), "cosine": .integer(cosine), "direction": .integer(direction),
        ]
    }

    fileprivate init(_ json: JSON) throws(MalformedInput) {
        var fields = try JSONFields(json, of: "standing")
        norm = try fields.figure("norm")
        cosine = try fields.integer("cosine", in: -1_000_000...1_000_000)
        direction = try fields.figure("direction")
        try fields.finish()
    }
}

extension Score.Neighbour {
    fileprivate var json: JSON {
        ["contribution": contribution.json, "likeness": .integer(likeness)]
    }

    fileprivate init(_ json: JSON) throws(MalformedInput) {
        var fields = try JSONFields(json, of: "nearest")
        contribution = try fields.digest("contribution")
        likeness = try fields.integer("likeness", in: -1_000_000...1_000_000)
        try fields.finish()
    }
}

extension Score.Rating {
    fileprivate var json: JSON {
        ["mean": .integer(mean), "deviation": .integer(deviation)]
    }

    fileprivate init(_ json: JSON) throws(MalformedInput) {
        var fields = try JSONFields(json, of: "rating")
        mean = try fields.integer("mean", in: -Score.maximumRating...Score.maximumRating)
        deviation = try fields.integer("deviation", in: 1...Score.maximumRating)
        try fields.finish()
    }
}

extension JSONFields {
    /// A figure in its unit, on either side of zero.
    fileprivate mutating func figure(_ name: String) throws(MalformedInput) -> Int64 {
        try integer(name, in: -Score.maximumFigure...Score.maximumFigure)
    }
}
