import Encodings
package import LanguageModel
package import Rounds
import Storage

/// A model as Hugging Face libraries keep it in a directory.
///
/// Specified in docs/formats/model-directory.md.
package struct ModelDirectory: Sendable {
    /// The largest `config.json`.
    package static let configurationLimit = 1 << 20

    /// The largest `tokenizer.json`.
    package static let tokenizerLimit = 64 << 20

    /// The directory.
    package let path: String
    /// The model's shape.
    package let configuration: ModelConfiguration
    /// What the directory says about generating text.
    package let generation: GenerationSettings

    /// Reads what the directory `path` says about the model, but for its weights.
    package init(path: String) throws {
        self.path = path
        let config = try Files.read(
            ordinary: Files.join(path, "config.json"), limit: Self.configurationLimit)
        let generation = try Self.generation(path)
        do throws(MalformedInput) {
            let json: JSON
            do throws(MalformedInput) {
                let limits = JSONLimits(bytes: Self.configurationLimit, depth: 16)
                json = try JSON(parsing: config, limits: limits)
            } catch {
                throw error.within("config.json")
            }
            configuration = try ModelConfiguration(huggingFace: json)
            self.generation = try GenerationSettings(config: json, generation: generation)
        } catch {
            throw error.within(path)
        }
    }

    /// The bytes of `tokenizer.json`.
    package func tokenizer() throws -> [UInt8] {
        try Files.read(ordinary: Files.join(path, "tokenizer.json"), limit: Self.tokenizerLimit)
    }

    private static func generation(_ directory: String) throws -> [UInt8]? {
        let path = Files.join(directory, "generation_config.json")
        guard try Files.kind(path, followingLinks: true) != nil else { return nil }
        return try Files.read(ordinary: path, limit: GenerationSettings.sizeLimit)
    }
}
