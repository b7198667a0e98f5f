package import Artifacts
package import LanguageModel

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
