import Artifacts
import CommandLineTool
import Encodings
import Rounds
import Storage
import Verification

/// Signed statements by operand: a contribution, or NDJSON of records and of ledger entries.
enum StatementFile {
    private static let sizeLimit = 1 << 30

    /// Adds what the operand holds; of a contribution only manifest and claim are read.
    static func add(_ operand: String, to statements: inout Equivocation.Statements) throws {
        do {
            if !Operand.isStream(operand), Files.isDirectory(operand) {
                return statements.claims.append(try claim(inDirectory: operand))
            }
            var source = BufferedSource(try Operand.source(operand))
            guard try source.peek(1).first == UInt8(ascii: "{") else {
                let (manifest, first) = try Artifact.readBeginning(
                    from: &source, expecting: .contribution, firstSize: SignedClaim.claimLimit)
                return statements.claims.append(try SignedClaim(manifest, claim: first))
            }
            guard let bytes = try source.readToEnd(limit: sizeLimit) else {
                throw MalformedInput("expected at most \(sizeLimit) bytes, found more")
            }
            try add(lines: bytes, to: &statements)
        } catch let malformed as MalformedInput {
            throw malformed.within(Operand.name(operand))
        }
    }

    private static func claim(inDirectory directory: String) throws -> SignedClaim {
        let manifest = try Files.read(
            ordinary: Files.join(directory, "MANIFEST"),
            limit: ArtifactLimits.standard.manifestSize)
        let claim = try Files.read(
            ordinary: Files.join(directory, "contribution.json"), limit: SignedClaim.claimLimit)
        return try SignedClaim(Manifest(parsing: manifest), claim: claim)
    }

    private static func add(
        lines bytes: [UInt8], to statements: inout Equivocation.Statements
    ) throws(MalformedInput) {
        for (number, line) in bytes.split(separator: UInt8(ascii: "\n")).enumerated() {
            do throws(MalformedInput) {
                try statements.add(JSON(parsing: Array(line)))
            } catch {
                throw error.within("line \(number + 1)")
            }
        }
    }
}
