import Storage

/// A file of lines that appears whole or not at all, written in large pieces.
package final class RowFile {
    private var file: AtomicFile?
    private var pending: [UInt8] = []

    /// Starts a file that is to become `path`.
    package init(creating path: String) throws {
        file = try AtomicFile(creating: path)
    }

    /// Appends `bytes`.
    package func write(_ bytes: [UInt8]) throws {
        pending += bytes
        guard pending.count >= 1 << 16 else { return }
        try flush()
    }

    /// Gives the file its name.
    package func commit() throws {
        try flush()
        if let file = file.take() { try file.commit() }
    }

    private func flush() throws {
        try file?.write(pending)
        pending.removeAll(keepingCapacity: true)
    }
}
