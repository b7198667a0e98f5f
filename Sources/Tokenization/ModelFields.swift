import Encodings

/// The `model` part of a `tokenizer.json` file, as far as byte-level and other models have it in
/// common.
struct ModelFields {
    /// The entries of `vocab`.
    let vocabulary: [JSONMember]
    /// The entries of `merges`.
    let merges: [JSON]
    /// Whether a piece that is a token is not merged.
    let ignoresMerges: Bool
    /// Whether characters that are no token become those of their bytes.
    let fallsBackToBytes: Bool
    /// Whether there is a token for what is unknown.
    let hasUnknownToken: Bool

    init(_ json: JSON) throws(MalformedInput) {
        var fields = try JSONFields(json, of: "tokenizer model")
        if let type = fields.optionalValue("type"), type != .string("BPE") {
            throw fields.mismatch("type", expected: "\"BPE\"", found: type)
        }
        for name in ["dropout", "continuing_subword_prefix", "end_of_word_suffix"] {
            let value = fields.optionalValue(name) ?? .null
            guard value == .null || value == .string("") else {
                throw fields.mismatch(name, expected: "null", found: value)
            }
        }
        // With a token for every byte nothing is unknown, and there is nothing to fuse.
        _ = fields.optionalValue("fuse_unk")
        hasUnknownToken = (fields.optionalValue("unk_token") ?? .null) != .null
        fallsBackToBytes = try fields.optionalBool("byte_fallback") ?? false
        ignoresMerges = try fields.optionalBool("ignore_merges") ?? false
        vocabulary = try fields.object("vocab")
        merges = try fields.array("merges", limit: Vocabulary.maximumSize)
        try fields.finish()
    }
}

/// One entry of `merges`.
enum MergeEntry {
    /// The halves: of `["a", "b"]`, or of `"a b"` as before version 0.20 of `tokenizers`.
    static func parts(of entry: JSON) -> (String, String)? {
        if let pair = entry.array, pair.count == 2, let left = pair[0].string,
            let right = pair[1].string
        {
            return (left, right)
        }
        guard let text = entry.string else { return nil }
        let halves = text.utf8.split(separator: UInt8(ascii: " "), omittingEmptySubsequences: false)
        guard halves.count == 2 else { return nil }
        return (
            String(decoding: halves[0], as: UTF8.self), String(decoding: halves[1], as: UTF8.self)
        )
    }
}

/// Bytes as an error or a warning names them: `bytes C0 C1 F5`.
package struct ByteList: CustomStringConvertible {
    private let bytes: [UInt8]

    /// The list of `bytes`.
    package init(_ bytes: [UInt8]) {
        self.bytes = bytes
    }

    /// The bytes in hexadecimal.
    package var description: String {
        let digits = bytes.map { byte in
            (byte < 16 ? "0" : "") + String(byte, radix: 16, uppercase: true)
        }
        return (bytes.count == 1 ? "byte " : "bytes ") + digits.joined(separator: " ")
    }
}
