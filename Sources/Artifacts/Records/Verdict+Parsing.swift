package import Encodings
import Identity
import Storage

extension Verdict: VerifierRecord {
    /// The type of the record.
    package static let type = "verdict"

    /// Reads the members of a verdict.
    package init(reading fields: inout JSONFields, of record: JSON) throws(MalformedInput) {
        let names = Outcome.allCases.map(\.rawValue).joined(separator: ", ")
        contribution = try fields.digest("contribution")
        outcome = try fields.value("verdict", expected: "one of \(names)") {
            $0.string.flatMap(Outcome.init(rawValue:))
        }
        reason = try fields.string("reason", limit: Self.maximumReasonLength)
        guard record["run"] != nil || outcome != .malformed else {
            claims = nil
            return
        }
        claims = try Claims(reading: &fields)
    }
}

extension Verdict.Claims {
    fileprivate init(reading fields: inout JSONFields) throws(MalformedInput) {
        self.init(
            run: try fields.digest("run"),
            round: UInt32(try fields.integer("round", in: 0...Int64(UInt32.max))),
            base: try fields.digest("base"), worker: try fields.publicKey("worker"),
            tokens: UInt64(
                try fields.integer("tokens", in: 0...Int64(Verdict.maximumTokens))),
            stateBefore: try fields.nullableDigest("state_before"),
            stateAfter: try fields.digest("state_after"))
    }
}
