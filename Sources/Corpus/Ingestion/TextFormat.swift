/// How texts are laid out in a file.
package enum TextFormat: String, Sendable, CaseIterable {
    /// The ending of the name says which of the others it is.
    case auto
    /// The whole file is one text.
    case text
    /// Each line is a JSON object with a text.
    case jsonl
    /// Comma-separated values (RFC 4180), with a text in each record.
    case csv
    /// The same with tabs in place of commas.
    case tsv

    /// The format of the text called `source`; endings of compressed streams do not count.
    func resolved(for source: String) -> TextFormat {
        guard self == .auto else { return self }
        var endings = source.utf8.split(separator: UInt8(ascii: ".")).map(Self.lowercased)
        while let last = endings.last, Self.compressed.contains(last) { endings.removeLast() }
        guard endings.count > 1, let last = endings.last else { return .text }
        return Self.named.first { Array($0.ending.utf8) == last }?.format ?? .text
    }

    private static func lowercased(_ bytes: Substring.UTF8View) -> [UInt8] {
        bytes.map { (0x41...0x5A).contains($0) ? $0 | 0x20 : $0 }
    }

    private static let named: [(ending: String, format: TextFormat)] = [
        ("jsonl", .jsonl), ("ndjson", .jsonl), ("csv", .csv), ("tsv", .tsv),
    ]

    private static let compressed = Set(
        ["gz", "bz2", "xz", "lzma", "lz", "zst", "lz4", "z"].map { Array($0.utf8) })
}

/// Where in a record its text is, and what else is wanted of it.
package struct RecordFields: Sendable {
    /// The field with the text.
    package var text: FieldPath
    /// The field with the licence, if records have one.
    package var licence: FieldPath?
    /// The field that says where the text came from, if records have one.
    package var origin: FieldPath?

    /// The fields of a record.
    package init(text: FieldPath = .text, licence: FieldPath? = nil, origin: FieldPath? = nil) {
        self.text = text
        self.licence = licence
        self.origin = origin
    }
}

/// The way to a field of a record.
///
/// In JSON it is a key, or keys joined by dots (`meta.licence`), or a JSON Pointer of keys (RFC 6901,
/// `/meta/a.b`). In CSV it is the name of a column, or its number counted from 1.
package struct FieldPath: Sendable {
    /// The path as it was given.
    package let text: String
    /// The keys, outermost first.
    let keys: [String]

    /// The field `text`.
    package static let text = FieldPath(key: "text")

    private init(key: String) {
        text = key
        keys = [key]
    }

    /// The path that `text` spells, or nil if a key is empty.
    package init?(_ text: String) {
        self.text = text
        let isPointer = text.utf8.first == UInt8(ascii: "/")
        let separator = UInt8(ascii: isPointer ? "/" : ".")
        let parts = text.utf8.dropFirst(isPointer ? 1 : 0)
            .split(separator: separator, omittingEmptySubsequences: false)
        guard parts.allSatisfy({ !$0.isEmpty }) else { return nil }
        keys = parts.map { part in
            String(decoding: isPointer ? Self.unescaped(part) : Array(part), as: UTF8.self)
        }
    }

    /// A key of a JSON Pointer, in which `~1` is a slash and `~0` a tilde.
    private static func unescaped(_ key: some Sequence<UInt8>) -> [UInt8] {
        var result: [UInt8] = []
        for byte in key {
            if result.last == UInt8(ascii: "~"), byte == UInt8(ascii: "1") {
                result[result.count - 1] = UInt8(ascii: "/")
            } else if result.last != UInt8(ascii: "~") || byte != UInt8(ascii: "0") {
                result.append(byte)
            }
        }
        return result
    }

    /// The number of a column counted from 0, if this is a number.
    var column: Int? {
        guard text.utf8.allSatisfy({ (0x30...0x39).contains($0) }), let number = Int(text),
            number > 0
        else { return nil }
        return number - 1
    }
}
