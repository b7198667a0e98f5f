import Encodings

extension Tokenizer {
    /// The tokenizer as a `tokenizer.json` file, laid out as Hugging Face `tokenizers` writes it.
    package func tokenizerJSON() -> [UInt8] {
        let file: JSON = [
            "version": "1.0",
            "truncation": .null,
            "padding": .null,
            "added_tokens": .array(vocabulary.specialTokens.map(addedToken)),
            "normalizer": .null,
            "pre_tokenizer": [
                "type": "Sequence",
                "pretokenizers": [split, byteLevel(addsPrefixSpace: false, usesRegex: false)],
            ],
            "post_processor": .null,
            "decoder": byteLevel(addsPrefixSpace: true, usesRegex: true),
            "model": modelJSON,
        ]
        return file.prettyBytes()
    }

    private var split: JSON {
        [
            "type": "Split",
            "pattern": ["Regex": .string(pattern.expression)],
            "behavior": "Isolated",
            "invert": false,
        ]
    }

    private func byteLevel(addsPrefixSpace: Bool, usesRegex: Bool) -> JSON {
        [
            "type": "ByteLevel",
            "add_prefix_space": .bool(addsPrefixSpace),
            "trim_offsets": true,
            "use_regex": .bool(usesRegex),
        ]
    }

    private func addedToken(_ id: UInt32) -> JSON {
        [
            "id": .integer(Int64(id)),
            "content": .string(text(of: id)),
            "single_word": false,
            "lstrip": false,
            "rstrip": false,
            "normalized": false,
            "special": true,
        ]
    }

    private var modelJSON: JSON {
        let tokens = (0..<UInt32(vocabularySize)).map { id in
            JSONMember(key: text(of: id), value: .integer(Int64(id)))
        }
        let merges = model.mergeList.map { merge in
            JSON.array([.string(text(of: merge.left)), .string(text(of: merge.right))])
        }
        return [
            "type": "BPE",
            "dropout": .null,
            "unk_token": .null,
            "continuing_subword_prefix": .null,
            "end_of_word_suffix": .null,
            "fuse_unk": false,
            "byte_fallback": false,
            "ignore_merges": .bool(model.wholePieces != nil),
            "vocab": .object(tokens),
            "merges": .array(merges),
        ]
    }

    private func text(of id: UInt32) -> String {
        let bytes = vocabulary.bytes(of: id)
        return vocabulary.isSpecial(id)
            ? String(decoding: bytes, as: UTF8.self) : ByteAlphabet.text(for: bytes)
    }
}
