import Foundation

/// A directory of one test's own; it is removed with this value.
final class TemporaryDirectory {
    /// The path of the directory.
    let path: String

    /// Makes the directory.
    init() throws {
        let url = FileManager.default.temporaryDirectory
            .appendingPathComponent("nous-tests-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
        path = url.path
    }

    deinit {
        try? FileManager.default.removeItem(atPath: path)
    }

    /// The path of `name` in the directory.
    func file(_ name: String) -> String { "\(path)/\(name)" }
}
