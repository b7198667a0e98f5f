import Foundation

/// Files of Tests/Vectors.
enum VectorFile {
    /// The bytes of the vector `name`, such as `run/small.yaml`.
    static func bytes(_ name: String) -> [UInt8] {
        let file = URL(filePath: #filePath).deletingLastPathComponent()
            .deletingLastPathComponent().appending(path: "Vectors/\(name)")
        guard let data = try? Data(contentsOf: file) else {
            preconditionFailure("Tests/Vectors/\(name) is missing")
        }
        return Array(data)
    }
}
