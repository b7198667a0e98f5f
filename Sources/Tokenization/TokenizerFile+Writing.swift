import Encodings

extension Tokenizer {
    /// The tokenizer as a `tokenizer.json` file, laid out as Hugging Face `tokenizers` writes it.
    ///
    /// It must be a byte-level one, as all are that are trained or imported.
    package func tokenizerJSON() -> [UInt8] {
        guard case .bytes(let model, let pattern, _) = model else {
            preconditionFailure("a byte-level tokenizer")
        }
        let file: JSON = [
            "version": "1.0",
            "truncation": .null,
            "padding": .null,
            "added_tokens": .array(addedTokens.list.map(\.json)),
            "normalizer": normalizer == .composition ? ["type": "NFC"] : .null,
            "pre_tokenizer": [
                "type": "Sequence",
                "pretokenizers": .array(preTokenizers(pattern)),
            ],
            "post_processor": .null,
            "decoder": byteLevel(addsPrefixSpace: true, usesRegex: true),
            "model": json(of: model),
        ]
        return file.prettyBytes()
    }

    private func preTokenizers(_ pattern: SplitPattern) -> [JSON] {
        if pattern == .smollm {
            let digits: JSON = ["type": "Digits", "individual_digits": true]
            return [digits, byteLevel(addsPrefixSpace: false, usesRegex: true)]
        }
        let split: JSON = [
            "type": "Split",
            "pattern": ["Regex": .string(pattern.expression)],
            "behavior": "Isolated",
            "invert": false,
        ]
        return [split, byteLevel(addsPrefixSpace: false, usesRegex: false)]
    }

    private func byteLevel(addsPrefixSpace: Bool, usesRegex: Bool) -> JSON {
        [
            "type": "ByteLevel",
            "add_prefix_space": .bool(addsPrefixSpace),
            "trim_offsets": true,
            "use_regex": .bool(usesRegex),
        ]
    }

    private func json(of model: BytePairModel) -> JSON {
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
        return vocabulary.isAdded(id)
            ? String(decoding: bytes, as: UTF8.self) : ByteAlphabet.text(for: bytes)
    }
}

extension AddedToken {
    fileprivate var json: JSON {
        [
            "id": .integer(Int64(id)),
            "content": .string(text),
            "single_word": .bool(isSingleWord),
            "lstrip": .bool(stripsLeft),
            "rstrip": .bool(stripsRight),
            "normalized": .bool(isNormalized),
            "special": .bool(isSpecial),
        ]
    }
}
