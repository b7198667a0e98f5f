import Encodings
import Storage

/// How raw input is read.
package struct IngestionSettings: Sendable {
    /// How much is accepted.
    package var limits = IngestionLimits.standard
    /// What becomes of text that is not UTF-8.
    package var invalidText = InvalidTextPolicy.replace
    /// What becomes of records without a text.
    package var malformedRecords = MalformedRecordPolicy.refuse
    /// How texts are laid out.
    package var format = TextFormat.auto
    /// Where records have their text.
    package var fields = RecordFields()
    /// What all documents are labelled with, unless their record says otherwise.
    package var labels = DocumentLabels.none

    /// The standard settings.
    package init() {}
}

/// Reads documents from files, directories, archives and compressed streams in one fixed order.
///
/// The order is that of docs/formats/documents.md. It does not depend on how a directory lists its
/// files or on the user's locale. Besides the document at hand hardly anything is in memory.
package struct DocumentReader {
    private struct OpenText {
        var stream: TextStream
        var parser: any DocumentParser
    }

    private let settings: IngestionSettings
    private var walk: OperandWalk
    private var members: MemberWalk
    private var current: OpenText?
    private var scratch = [UInt8](repeating: 0, count: 1 << 16)
    /// Pieces of a long record, the next one last.
    private var pieces: [Document] = []
    private var read = IngestionCounts()

    /// What was read so far.
    package var counts: IngestionCounts {
        var counts = read
        counts.empty += members.empty
        return counts
    }

    /// A reader of `operands`, whatever their order.
    package init(_ operands: [InputOperand], settings: IngestionSettings = IngestionSettings()) {
        self.settings = settings
        walk = OperandWalk(operands)
        members = MemberWalk(limits: settings.limits)
    }

    /// Hands every document that is left to `handle`.
    package mutating func forEach(_ handle: (Document) throws -> Void) throws {
        while let document = try next() { try handle(document) }
    }

    /// The next document, or nil after the last.
    package mutating func next() throws -> Document? {
        while true {
            if let piece = pieces.popLast() { return try counted(piece) }
            if var text = current.take() {
                let record = try text.parser.next(&text.stream, through: &scratch)
                if let record {
                    let source = text.stream.source
                    current = text
                    try take(record, from: source)
                } else if text.stream.hadMark {
                    read.byteOrderMarks += 1
                }
            } else if let stream = try members.next() {
                current = OpenText(stream: stream, parser: parser(for: stream.source))
            } else if let file = try walk.next() {
                try members.open(file)
            } else {
                return nil
            }
        }
    }

    private func parser(for source: String) -> any DocumentParser {
        let repair = TextRepair(policy: settings.invalidText)
        let limits = settings.limits
        switch settings.format.resolved(for: source) {
        case .auto, .text:
            return TextCutter(limit: limits.documentBytes, repair: repair)
        case .jsonl:
            return JSONLinesParser(fields: settings.fields, limits: limits, repair: repair)
        case .csv, .tsv:
            let isComma = settings.format.resolved(for: source) == .csv
            return DelimitedParser(
                fields: settings.fields, separator: isComma ? UInt8(ascii: ",") : 0x09,
                limits: limits, repair: repair)
        }
    }

    private mutating func take(_ record: ParsedRecord, from source: String) throws {
        switch record {
        case .illFormed:
            read.skipped += 1
        case .malformed(let fault):
            guard settings.malformedRecords == .skip else { throw fault }
            read.malformedRecords += 1
        case .text(let text) where text.bytes.isEmpty:
            read.empty += 1
        case .text(let text):
            if text.replacements > 0 { read.repaired += 1 }
            read.replacements += text.replacements
            let document = Document(
                source: source + text.suffix, bytes: text.bytes,
                labels: DocumentLabels(
                    collection: settings.labels.collection,
                    licence: text.labels.licence ?? settings.labels.licence,
                    origin: text.labels.origin ?? settings.labels.origin))
            pieces =
                text.isPiece
                ? [document]
                : document.pieces(ofAtMost: settings.limits.documentBytes).reversed()
        }
    }

    private mutating func counted(_ document: Document) throws -> Document {
        read.documents += 1
        read.bytes += document.bytes.count
        guard read.documents + counts.empty <= settings.limits.documents else {
            throw exceeded("more than \(settings.limits.documents) documents", document.source)
        }
        guard read.bytes <= settings.limits.totalBytes else {
            throw exceeded("more than \(settings.limits.totalBytes) bytes in all", document.source)
        }
        return document
    }

    private func exceeded(_ limit: String, _ source: String) -> MalformedInput {
        MalformedInput("\(limit), which is the limit", in: source)
    }
}
