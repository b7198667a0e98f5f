/// How large an artifact a reader accepts.
package struct ArtifactLimits: Sendable {
    /// The largest size that the tar format can state: 8 GiB less one byte.
    package static let maximumMemberSize: UInt64 = 1 << 33 - 1

    /// The most bytes in `MANIFEST`, signatures included.
    package var manifestSize = 1 << 20
    /// The most members besides `MANIFEST`.
    package var memberCount = 4096
    /// The most bytes in one member.
    package var memberSize = maximumMemberSize
    /// The most bytes in all members together.
    package var totalSize: UInt64 = 1 << 36

    /// The limits of the formats themselves: 1 MiB of manifest, 4096 members, 64 GiB in all.
    package static let standard = ArtifactLimits()

    /// The standard limits with at most `totalSize` bytes in all members together.
    package static func totalSize(_ totalSize: UInt64) -> ArtifactLimits {
        ArtifactLimits(totalSize: totalSize)
    }
}
