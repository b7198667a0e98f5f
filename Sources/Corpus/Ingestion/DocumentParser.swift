import Encodings

/// A text taken out of a file.
struct ParsedText {
    /// The text in UTF-8.
    var bytes: [UInt8]
    /// What tells it from others of the same file, such as `#1` or `:17`.
    var suffix = ""
    /// Whether it was cut already, should it have been long.
    var isPiece = false
    /// What the record says of it.
    var labels = DocumentLabels.none
    /// How many ill-formed parts were replaced.
    var replacements = 0
}

/// What a parser comes upon.
enum ParsedRecord {
    /// A text, maybe empty.
    case text(ParsedText)
    /// A text that is left out because it is not UTF-8.
    case illFormed
    /// A record that no text can be taken from.
    case malformed(MalformedInput)
}

/// Takes texts out of a stream, holding no more than one of them.
protocol DocumentParser {
    /// The next record, or nil at the end.
    mutating func next(
        _ stream: inout TextStream, through scratch: inout [UInt8]
    ) throws -> ParsedRecord?
}

/// Takes the whole stream as one text, cut into pieces if it is long.
struct TextCutter: DocumentParser {
    private let limit: Int
    private let repair: TextRepair
    private var held: [UInt8] = []
    private var pieces = 0
    private var isAtEnd = false

    init(limit: Int, repair: TextRepair) {
        self.limit = limit
        self.repair = repair
    }

    mutating func next(
        _ stream: inout TextStream, through scratch: inout [UInt8]
    ) throws -> ParsedRecord? {
        while !isAtEnd, held.count <= limit {
            isAtEnd = try !stream.read(into: &held, through: &scratch)
        }
        guard !held.isEmpty || pieces == 0 else { return nil }
        let isLong = held.count > limit || pieces > 0
        let suffix = isLong ? "#\(pieces)" : ""
        pieces += 1
        let piece = takePiece()
        guard let (text, replacements) = try repair.wellFormed(piece, source: stream.source) else {
            return .illFormed
        }
        return .text(
            ParsedText(bytes: text, suffix: suffix, isPiece: true, replacements: replacements))
    }

    private mutating func takePiece() -> [UInt8] {
        let end = Document.endOfPiece(of: held, from: 0, limit: limit)
        let piece = Array(held[..<end])
        held.removeFirst(end)
        return piece
    }
}
