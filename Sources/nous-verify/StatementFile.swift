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
    ///
    /// Lines that nobody wants are passed over unchecked, so that a ledger may have any length. A
    /// record that is wrong is refused, or `passingOver` is told: the ledger seals claims of which it
    /// has read the money alone, and one of them is not to stop what is done with the others.
    static func add(
        _ operand: String, to statements: inout Equivocation.Statements,
        where isWanted: (JSON) -> Bool = { _ in true },
        passingOver: ((MalformedInput) -> Void)? = nil
    ) throws {
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
            try addLines(
                of: &source, to: &statements, where: isWanted,
                passingOver: passingOver.map { tell in
                    { tell($0.within(Operand.name(operand))) }
                })
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

    /// Whether a record or the body of an entry is a contribution, and to `round` if one is given;
    /// nothing in it is checked.
    static func isContribution(_ record: JSON, to round: Int?) -> Bool {
        let body = record["body"] ?? record
        guard body["type"]?.string == "contribution" else { return false }
        guard let round, let claim = body["claim"]?.string,
            let stated = try? JSON(parsing: Array(claim.utf8))["round"]
        else { return true }
        return stated.integer == Int64(round)
    }

    private static func addLines(
        of source: inout BufferedSource<some ByteSource>,
        to statements: inout Equivocation.Statements, where isWanted: (JSON) -> Bool,
        passingOver: ((MalformedInput) -> Void)?
    ) throws {
        var (number, kept) = (0, 0)
        do {
            while true {
                number += 1
                guard let line = try source.line(limit: JSONLimits.standard.bytes) else { break }
                guard !line.isEmpty else { continue }
                let record = try JSON(parsing: line)
                guard isWanted(record) else { continue }
                kept += line.count
                guard kept <= sizeLimit else {
                    throw MalformedInput("expected at most \(sizeLimit) bytes so far, found more")
                }
                do throws(MalformedInput) {
                    try statements.add(record)
                } catch {
                    guard let passingOver else { throw error }
                    passingOver(error.within("line \(number)"))
                }
            }
        } catch let malformed as MalformedInput {
            throw malformed.within("line \(number)")
        }
    }
}
