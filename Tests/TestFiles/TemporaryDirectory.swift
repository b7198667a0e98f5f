import Foundation

/// A directory of one test's own; it is removed with this value.
package final class TemporaryDirectory: Sendable {
    /// The path of the directory.
    package let path: String

    /// Makes the directory.
    package init() throws {
        let url = FileManager.default.temporaryDirectory
            .appendingPathComponent("nous-tests-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
        path = url.path
    }

    deinit {
        try? FileManager.default.removeItem(atPath: path)
    }

    /// The path of `name` in the directory.
    package func file(_ name: String) -> String { "\(path)/\(name)" }
}
