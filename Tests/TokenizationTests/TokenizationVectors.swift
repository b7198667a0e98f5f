import Foundation

/// The files of Tests/Vectors/tokenization, made with Hugging Face `tokenizers` 0.23.3.
enum TokenizationVectors {
    static func bytes(_ name: String) throws -> [UInt8] {
        let directory = URL(filePath: #filePath).deletingLastPathComponent()
            .deletingLastPathComponent().appending(path: "Vectors/tokenization")
        return [UInt8](try Data(contentsOf: directory.appending(path: name)))
    }
}
