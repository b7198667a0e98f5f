import Encodings

/// The parts of a `tokenizer.json` file that are checked more than read.
enum TokenizerParts {
    /// Accepts what puts tokens around a text, which is never applied.
    static func checkPostProcessor(_ json: JSON) throws(MalformedInput) {
        guard json != .null else { return }
        switch json["type"]?.string {
        case "ByteLevel", "TemplateProcessing": return
        case "Sequence":
            for part in json["processors"]?.array ?? [] { try checkPostProcessor(part) }
        default: throw unsupported("post_processor \((json["type"] ?? json).summary)")
        }
    }

    /// Accepts the decoder of a byte-level file.
    static func checkByteLevelDecoder(_ json: JSON) throws(MalformedInput) {
        guard json["type"] == "ByteLevel" else {
            throw unsupported("decoder \((json["type"] ?? json).summary)")
        }
    }

    /// Whether the decoder of a SentencePiece-style file drops the space before a text.
    static func dropsFirstSpace(_ json: JSON) throws(MalformedInput) -> Bool {
        if json["type"] == "Metaspace" {
            return try Metaspace(parsing: json)?.scheme != .never
        }
        let parts = json["decoders"]?.array ?? []
        let known: [JSON] = [
            [
                "type": "Replace", "pattern": ["String": .string(SpaceMark.text)], "content": " ",
            ],
            ["type": "ByteFallback"], ["type": "Fuse"],
        ]
        let strip: JSON = ["type": "Strip", "content": " ", "start": 1, "stop": 0]
        guard json["type"] == "Sequence", Array(parts.prefix(3)) == known,
            parts.count == 3 || parts.count == 4 && parts[3] == strip
        else {
            throw unsupported(
                "decoder \((json["type"] ?? json).summary), expected a Sequence of Replace,"
                    + " ByteFallback, Fuse and Strip, or Metaspace")
        }
        return parts.count == 4
    }

    /// The error that a part is not supported.
    static func unsupported(_ part: String) -> MalformedInput {
        MalformedInput("unsupported \(part)", in: "tokenizer")
    }
}

extension Normalizer {
    /// Reads `normalizer`: null, NFC, or SentencePiece's Prepend and Replace.
    init(parsing json: JSON) throws(MalformedInput) {
        let parts = json["type"] == "Sequence" ? json["normalizers"]?.array ?? [] : [json]
        self = .none
        for part in parts where part != .null {
            let mark = JSON.string(SpaceMark.text)
            let replacement: JSON = [
                "type": "Replace", "pattern": ["String": " "], "content": mark,
            ]
            switch (self, part) {
            case (.none, ["type": "NFC"]):
                self = .composition
            case (.none, ["type": "Prepend", "prepend": mark]):
                self = .spaceMarks(prepends: true, replaces: false)
            case (.none, replacement):
                self = .spaceMarks(prepends: false, replaces: true)
            case (.spaceMarks(let prepends, _), replacement):
                self = .spaceMarks(prepends: prepends, replaces: true)
            default:
                throw TokenizerParts.unsupported("normalizer \((part["type"] ?? part).summary)")
            }
        }
    }
}

extension Metaspace {
    /// Reads a Metaspace of a pre-tokenizer or a decoder; nil if there is none.
    init?(parsing json: JSON) throws(MalformedInput) {
        guard json != .null else { return nil }
        var fields = try JSONFields(json, of: "Metaspace")
        try fields.constant("type", "Metaspace")
        try fields.constant("replacement", SpaceMark.text)
        _ = try fields.optionalString("str_rep")
        let adds = try fields.optionalBool("add_prefix_space")
        let name = try fields.optionalString("prepend_scheme") ?? "always"
        splits = try fields.optionalBool("split") ?? true
        try fields.finish()
        guard let named = Scheme(rawValue: name) else {
            throw TokenizerParts.unsupported(
                "Metaspace 'prepend_scheme' \(MalformedInput.quoted(name))")
        }
        scheme = adds == false ? .never : named
    }
}
