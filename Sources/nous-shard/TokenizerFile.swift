import CommandLineTool
import Encodings
import Storage
import Tokenization

/// A tokenizer with the digest of the file it was read from.
struct TokenizerFile {
    /// The largest `tokenizer.json` file in bytes.
    static let maximumBytes = 1 << 28

    let bytes: [UInt8]
    let tokenizer: Tokenizer

    /// Reads the file at `path`, with a warning on standard error if it lacks bytes.
    init(path: String, quiet: Bool = false) throws {
        bytes = try Operand.read(path, limit: Self.maximumBytes)
        do {
            tokenizer = try Tokenizer(parsing: bytes)
        } catch {
            throw error.within(Operand.name(path))
        }
        let missing = tokenizer.missingBytes
        guard !missing.isEmpty, !quiet else { return }
        Terminal.report(
            "nous-shard: warning: \(Operand.name(path)) has no token for \(ByteList(missing)):"
                + " they are left out of text")
    }
}
