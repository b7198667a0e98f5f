package import Rounds

/// A checkpoint as files of other programs.
package struct ModelExport {
    let checkpoint: Checkpoint

    /// The export of a checkpoint.
    package init(_ checkpoint: Checkpoint) { self.checkpoint = checkpoint }

    /// Numbers written at a time.
    static let chunk = 1 << 20
}
