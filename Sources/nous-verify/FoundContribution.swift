import Artifacts
import CommandLineTool
import Encodings
import LanguageModel
import RunFiles
import Storage

/// A contribution as it was found: whole, or with the verdict on what is broken.
enum FoundContribution {
    case whole(Artifact)
    case malformed(Verdict)

    /// Reads an operand; an error is a fault of the file system's or of a stream without end, and
    /// nothing that a verdict could be about.
    static func read(_ operand: String, layout: ParameterLayout) throws -> FoundContribution {
        if !Operand.isStream(operand), Files.isDirectory(operand) {
            return try read(directory: operand, layout)
        }
        let limit = ContributionFile.sizeLimit(layout)
        var source = try Operand.source(operand)
        if let size = source.size, size > limit {
            return malformed(
                try digest(&source),
                MalformedInput("expected at most \(limit) bytes, found \(size)"))
        }
        guard let bytes = try source.readToEnd(limit: limit) else {
            throw MalformedInput(
                "expected at most \(limit) bytes, found more", in: Operand.name(operand))
        }
        do {
            return .whole(
                try Artifact.read(
                    bytes: bytes, expecting: .contribution,
                    limits: ContributionFile.limits(layout)))
        } catch let error as MalformedInput {
            return malformed(Digest(hashing: bytes), error)
        }
    }

    /// A directory stands for its manifest: the verdict on a broken one names SHA-256 of that file.
    private static func read(
        directory: String, _ layout: ParameterLayout
    ) throws -> FoundContribution {
        let limits = ContributionFile.limits(layout)
        let manifest = try Files.read(
            ordinary: Files.join(directory, "MANIFEST"), limit: limits.manifestSize)
        do {
            return .whole(
                try Artifact.read(directory: directory, expecting: .contribution, limits: limits))
        } catch let error as MalformedInput {
            return malformed(Digest(hashing: manifest), error)
        }
    }

    private static func malformed(_ digest: Digest, _ error: MalformedInput) -> FoundContribution {
        .malformed(
            Verdict(
                contribution: digest, claims: nil, outcome: .malformed, reason: error.description))
    }

    /// The digest of all that is left of a source, however much that is.
    private static func digest(_ source: inout FileSource) throws -> Digest {
        var digester = Digester()
        while true {
            let part = try source.read(upTo: 1 << 20)
            if part.isEmpty { return digester.finalize() }
            digester.update(part)
        }
    }
}
