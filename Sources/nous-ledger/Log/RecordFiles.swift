import Artifacts
import CommandLineTool
import Encodings
import Settlement
import Storage

/// Reads what is to be recorded: entries, contributions, and the records of verifiers.
enum RecordFiles {
    /// The largest file of records, or contribution, in bytes.
    static let maximumLength = 1 << 30

    /// A contribution may not unpack to more than that either.
    private static let limits = ArtifactLimits.totalSize(UInt64(maximumLength))

    /// The records in a file, a directory or standard input, told apart by content.
    ///
    /// Each result is a record, or why the line or file is none.
    static func read(_ operand: String) throws -> [Result<Submission, MalformedInput>] {
        if !Operand.isStream(operand), Files.isDirectory(operand) {
            return [
                try contribution(operand) {
                    try Artifact.read(
                        directory: operand, expecting: .contribution, limits: limits)
                }
            ]
        }
        let bytes = try Operand.read(operand, limit: maximumLength)
        guard let first = bytes.first else {
            return [
                .failure(MalformedInput("expected records, found none", in: Operand.name(operand)))
            ]
        }
        guard first == UInt8(ascii: "{") else {
            return [
                try contribution(Operand.name(operand)) {
                    var source = MemorySource(bytes)
                    return try Artifact.read(
                        from: &source, expecting: .contribution, limits: limits)
                }
            ]
        }
        return records(in: bytes, of: Operand.name(operand))
    }

    /// The records in lines of JSON.
    private static func records(
        in bytes: [UInt8], of name: String
    ) -> [Result<Submission, MalformedInput>] {
        let lines = bytes.split(separator: UInt8(ascii: "\n")).map(Array.init)
        return Submission.parse(lines).enumerated().map { number, result in
            result.mapError { $0.within("\(name): line \(number + 1)") }
        }
    }

    /// The sealed form of a contribution.
    private static func contribution(
        _ name: String, _ read: () throws -> Artifact
    ) throws -> Result<Submission, MalformedInput> {
        do {
            let artifact = try read()
            let sealed = try SealedContribution(
                manifest: artifact.manifest.bytes,
                claim: try artifact.member(SealedContribution.claimPath))
            return .success(.record(sealed.json))
        } catch let malformed as MalformedInput {
            return .failure(malformed.within(name))
        }
    }
}
