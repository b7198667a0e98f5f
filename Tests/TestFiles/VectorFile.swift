import Foundation

/// Files under `Tests/Vectors`.
package enum VectorFile {
    /// The bytes of the file `name`.
    package static func bytes(_ name: String) throws -> [UInt8] {
        let vectors = URL(filePath: #filePath).deletingLastPathComponent()
            .deletingLastPathComponent().appending(path: "Vectors")
        return [UInt8](try Data(contentsOf: vectors.appending(path: name)))
    }

    /// The cases of a file in which blank lines part groups of `key value` lines.
    package static func cases(_ name: String) throws -> [[String: String]] {
        let text = String(decoding: try bytes(name), as: UTF8.self)
        return text.components(separatedBy: "\n\n").compactMap { group in
            let lines = group.split(separator: "\n").filter { !$0.hasPrefix("#") }
            let pairs = lines.map { line in
                let parts = line.split(separator: " ", maxSplits: 1).map(String.init)
                return (parts[0], parts.count == 2 ? parts[1] : "")
            }
            return pairs.isEmpty ? nil : Dictionary(uniqueKeysWithValues: pairs)
        }
    }
}
