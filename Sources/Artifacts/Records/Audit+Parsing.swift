package import Encodings
import Identity
import Storage

extension Audit: VerifierRecord {
    /// The type of the record.
    package static let type = "audit"

    /// Reads the members of an audit.
    package init(reading fields: inout JSONFields, of record: JSON) throws(MalformedInput) {
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
