import CommandLineTool
import Encodings
import LanguageModel
import ModelFiles
import Rounds
import Storage
import Tokenization

/// The tokenizer of a new checkpoint, and what is known about generating text with it.
struct StartingTokenizer {
    /// The bytes of `tokenizer.json`.
    let bytes: [UInt8]
    /// The tokens that begin and end a text.
    let generation: GenerationSettings

    /// Reads the tokenizer `operand`, or the directory's if there is none.
    ///
    /// A run's tokenizer must be one of ours, since its data are packed with it; any other is kept
    /// with a warning.
    static func read(
        _ operand: String?, directory: ModelDirectory?, run: RunConfiguration?,
        model: ModelConfiguration, warn: (String) -> Void
    ) throws -> StartingTokenizer {
        let (bytes, name) = try source(operand, directory)
        do throws(MalformedInput) {
            try expect(run, Digest(hashing: bytes))
            let tokenizer: Tokenizer?
            do throws(MalformedInput) {
                tokenizer = try Tokenizer(parsing: bytes)
            } catch {
                guard run == nil else { throw error }
                warn("\(error.within(name)): text cannot be packed or generated with it")
                tokenizer = nil
            }
            if let tokenizer { try expect(tokenizer, toFit: model) }
            if let directory, operand == nil || bytes == (try? directory.tokenizer()) {
                return StartingTokenizer(bytes: bytes, generation: directory.generation)
            }
            let endToken = tokenizer?.endOfText.map { Int($0) }
            return StartingTokenizer(
                bytes: bytes, generation: GenerationSettings(endToken: endToken))
        } catch {
            throw error.within(name)
        }
    }

    private static func source(
        _ operand: String?, _ directory: ModelDirectory?
    ) throws -> (bytes: [UInt8], name: String) {
        if let operand {
            let bytes = try Operand.read(operand, limit: ModelDirectory.tokenizerLimit)
            return (bytes, Operand.name(operand))
        }
        guard let directory else { throw Failure(.usage, "--tokenizer is missing") }
        do {
            return (try directory.tokenizer(), Files.join(directory.path, "tokenizer.json"))
        } catch let failure as SystemFailure {
            var missing = Failure(failure)
            missing.hint = "give --tokenizer FILE"
            throw missing
        }
    }

    private static func expect(
        _ run: RunConfiguration?, _ digest: Digest
    ) throws(MalformedInput) {
        guard let run, digest != run.tokenizer else { return }
        throw .field("tokenizer", expected: run.tokenizer.hex, found: digest.hex)
    }

    /// The vocabulary must fit the model's embedding.
    private static func expect(
        _ tokenizer: Tokenizer, toFit model: ModelConfiguration
    ) throws(MalformedInput) {
        guard tokenizer.vocabularySize > model.vocabularySize else { return }
        throw .field(
            "vocabulary", expected: "at most \(model.vocabularySize) tokens",
            found: "\(tokenizer.vocabularySize)")
    }
}
