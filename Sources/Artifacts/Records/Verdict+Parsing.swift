package import Encodings
package import Identity
import Storage

extension Verdict {
    /// The verdict in `record` and the verifier who signed it.
    package static func verify(
        _ record: JSON
    ) throws(MalformedInput) -> (verdict: Verdict, verifier: PublicKey) {
        do throws(MalformedInput) {
            let (key, unsigned) = try SignedRecord.verify(record)
            var fields = try JSONFields(unsigned, of: "record")
            try fields.constant("type", "verdict")
            let verifier = try fields.publicKey("verifier")
            guard verifier == key else {
                throw .field("verifier", expected: "the signer \(key)", found: "\(verifier)")
            }
            let verdict = try Verdict(reading: &fields, claims: unsigned["run"] != nil)
            try fields.finish()
            return (verdict, verifier)
        } catch {
            throw MalformedInput(error.reason, in: "verdict")
        }
    }

    private init(
        reading fields: inout JSONFields, claims hasClaims: Bool
    ) throws(MalformedInput) {
        let names = Outcome.allCases.map(\.rawValue).joined(separator: ", ")
        contribution = try fields.digest("contribution")
        outcome = try fields.value("verdict", expected: "one of \(names)") {
            $0.string.flatMap(Outcome.init(rawValue:))
        }
        reason = try fields.string("reason", limit: Self.maximumReasonLength)
        guard hasClaims || outcome != .malformed else {
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
