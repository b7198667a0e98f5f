package import Artifacts
import CommandLineTool
import Encodings
package import LanguageModel
package import Rounds
import Storage

/// Contributions by operand.
package enum ContributionFile {
    /// The limits of a contribution to a model: 256 MiB for claim and trace, and 8 bytes a
    /// parameter for the update.
    package static func limits(_ layout: ParameterLayout) -> ArtifactLimits {
        .totalSize(256 << 20 + 8 * UInt64(layout.count))
    }

    /// The most bytes in the file of a contribution: what is in it, and a little for the format.
    package static func sizeLimit(_ layout: ParameterLayout) -> Int {
        let contents = 256 << 20 + 8 * layout.count
        return contents + contents / 64 + 4 << 20
    }
}

extension ContributionFile {
    /// The outline of the contribution in `operand`, and how to read all of it.
    ///
    /// What cannot be read twice, a stream, is kept in memory from the first time.
    package static func open(
        _ operand: String, limits: ArtifactLimits
    ) throws -> (outline: ContributionOutline, read: @Sendable () throws -> Artifact) {
        if !Operand.isStream(operand), try Files.kind(operand, followingLinks: true) == .regular {
            let outline = try inOperand(operand) {
                var source = try Operand.source(operand)
                let (manifest, first) = try Artifact.readBeginning(
                    from: &source, expecting: .contribution, limits: limits)
                return try ContributionOutline(manifest, first: first)
            }
            return (outline, { try whole(operand, limits) })
        }
        let artifact = try whole(operand, limits)
        let outline = try inOperand(operand) {
            try ContributionOutline(
                artifact.manifest, first: artifact.member(artifact.paths.first ?? ""))
        }
        guard Files.isDirectory(operand) else { return (outline, { artifact }) }
        return (outline, { try whole(operand, limits) })
    }

    private static func whole(_ operand: String, _ limits: ArtifactLimits) throws -> Artifact {
        try Operand.readArtifact(operand, expecting: .contribution, limits: limits)
    }

    /// Names the operand in what `body` throws.
    private static func inOperand<Result>(
        _ operand: String, _ body: () throws -> Result
    ) throws -> Result {
        do {
            return try body()
        } catch let malformed as MalformedInput {
            throw malformed.within(Operand.name(operand))
        }
    }
}
