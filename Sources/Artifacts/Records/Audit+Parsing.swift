package import Encodings
package import Identity
import Storage

extension Audit {
    /// The audit in `record` and the verifier who signed it.
    package static func verify(
        _ record: JSON
    ) throws(MalformedInput) -> (audit: Audit, verifier: PublicKey) {
        do throws(MalformedInput) {
            let (key, unsigned) = try SignedRecord.verify(record)
            var fields = try JSONFields(unsigned, of: "record")
            try fields.constant("type", "audit")
            let verifier = try fields.publicKey("verifier")
            guard verifier == key else {
                throw .field("verifier", expected: "the signer \(key)", found: "\(verifier)")
            }
            let audit = try Audit(reading: &fields)
            try fields.finish()
            return (audit, verifier)
        } catch {
            throw MalformedInput(error.reason, in: "audit")
        }
    }

    private init(reading fields: inout JSONFields) throws(MalformedInput) {
        run = try fields.digest("run")
        round = UInt32(try fields.integer("round", in: 1...Int64(UInt32.max)))
        base = try fields.digest("base")
        contribution = try fields.digest("contribution")
        worker = try fields.publicKey("worker")
        let count = Int(try fields.integer("of", in: 1...Int64(Self.maximumSegments)))
        self.count = count
        segments = try fields.value(
            "segments", expected: "ascending numbers from 1 to \(count)"
        ) { value in
            guard let array = value.array else { return nil }
            let numbers = array.compactMap { $0.integer.flatMap { Int(exactly: $0) } }
            return numbers.count == array.count && Audit.isSound(numbers, of: count) ? numbers : nil
        }
        let names = Outcome.allCases.map(\.rawValue).joined(separator: ", ")
        outcome = try fields.value("outcome", expected: "one of \(names)") {
            $0.string.flatMap(Outcome.init(rawValue:))
        }
        reason = try fields.string("reason", limit: Verdict.maximumReasonLength)
    }
}
