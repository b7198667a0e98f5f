import ArgumentParser
import CommandLineTool
import Corpus
import Encodings
import Storage

/// The operands that hold raw text, and how to read them.
struct TextInput: ParsableArguments {
    @Option(
        name: .customLong("invalid-utf8"),
        help: "What becomes of bytes that are not UTF-8: replace, skip the document, or refuse.")
    var invalidText = InvalidTextPolicy.replace

    @Option(
        name: .customLong("split-documents"),
        help: ArgumentHelp(
            "Cut longer documents after line ends into documents of at most this many bytes.",
            valueName: "bytes"))
    var longestDocument = IngestionLimits.standard.documentBytes

    @Option(help: "How files hold texts: text, jsonl, csv, tsv; auto goes by the end of the name.")
    var format = TextFormat.auto

    @Option(
        help: ArgumentHelp(
            "The field of a record with the text: a key, keys a.b, or a column's name or number.",
            valueName: "path"))
    var field = FieldPath.text

    @Option(
        help: ArgumentHelp("The field with the licence, to be kept.", valueName: "path"))
    var licenceField: FieldPath?

    @Option(
        help: ArgumentHelp(
            "The field that says where a text is from, to be kept.", valueName: "path"))
    var originField: FieldPath?

    @Option(help: "The licence of documents that name none themselves.")
    var licence: String?

    @Option(help: "What becomes of records without a text: refuse, or skip them.")
    var malformedRecords = MalformedRecordPolicy.refuse

    @Option(
        help: ArgumentHelp(
            "How many times its own bytes a file may hold, decompressed.", valueName: "times"))
    var maximumExpansion = IngestionLimits.standard.expansion

    @Option(
        help: ArgumentHelp(
            "Read the names of more files from this file, one a line; - is standard input.",
            valueName: "file"))
    var filesFrom: String?

    @Flag(
        name: [.customShort("0"), .customLong("null")],
        help: "The names of --files-from end in NUL, not in a line feed.")
    var endsInNull = false

    @Argument(help: "Text files, directories, archives or compressed streams; - is standard input.")
    var operands: [String] = []

    /// Whether standard input is read for any purpose.
    var readsStandardInput: Bool { names.contains("-") }

    func validate() throws {
        guard (64...1 << 28).contains(longestDocument) else {
            throw ValidationError("--split-documents must be from 64 to \(1 << 28)")
        }
        guard (1...1 << 20).contains(maximumExpansion) else {
            throw ValidationError("--maximum-expansion must be from 1 to \(1 << 20)")
        }
        guard names.filter({ $0 == "-" }).count <= 1 else {
            throw ValidationError("standard input can be read once")
        }
        guard !endsInNull || filesFrom != nil else {
            throw ValidationError("--null needs --files-from")
        }
    }

    /// The files named on the command line, the list of files among them.
    private var names: [String] {
        let list = filesFrom.map { [$0] } ?? []
        return operands.isEmpty && list.isEmpty ? ["-"] : operands + list
    }

    /// Reads all documents in their order; a signal that is pending ends the work with an error.
    func read(
        quiet: Bool, stoppingAt signals: StopSignals? = nil, _ handle: (Document) throws -> Void
    ) throws -> IngestionCounts {
        var progress = Progress(quiet: quiet)
        var bytes = 0
        var reader = DocumentReader(try inputs(), settings: settings)
        try reader.forEach { document in
            if let signal = signals?.pending() {
                throw Failure(.tryAgain, "stopped by \(signal)", hint: "run the same command again")
            }
            bytes += document.bytes.count
            try handle(document)
            progress.update("reading, MB", done: bytes >> 20, of: bytes >> 20)
        }
        progress.finish()
        return reader.counts
    }

    /// How the operands are read.
    var settings: IngestionSettings {
        var settings = IngestionSettings()
        settings.limits.documentBytes = longestDocument
        settings.limits.expansion = maximumExpansion
        settings.invalidText = invalidText
        settings.malformedRecords = malformedRecords
        settings.format = format
        settings.fields = RecordFields(text: field, licence: licenceField, origin: originField)
        settings.labels = DocumentLabels(licence: licence)
        return settings
    }

    /// The operands, those of the list among them.
    func inputs() throws -> [InputOperand] {
        guard let filesFrom else {
            return (operands.isEmpty ? ["-"] : operands).map { InputOperand($0) }
        }
        let list = try FileList.read(filesFrom, endsInNull: endsInNull)
        return operands.map { InputOperand($0) } + list
    }
}

/// A list of files to read.
enum FileList {
    /// The longest list in bytes.
    static let maximumBytes = 1 << 28

    /// The files that the list at `path` names; empty names do not count.
    static func read(_ path: String, endsInNull: Bool) throws -> [InputOperand] {
        let bytes = try Operand.read(path, limit: maximumBytes)
        return try bytes.split(separator: endsInNull ? 0 : 0x0A).map { name in
            guard let text = String(validating: name, as: UTF8.self), !name.contains(0),
                text != "-"
            else {
                throw MalformedInput(
                    "expected the name of a file, found"
                        + " \(MalformedInput.quoted(String(decoding: name, as: UTF8.self)))",
                    in: Operand.name(path))
            }
            return InputOperand(listed: text)
        }
    }
}

extension InvalidTextPolicy: ExpressibleByArgument {}
extension MalformedRecordPolicy: ExpressibleByArgument {}
extension TextFormat: ExpressibleByArgument {}

extension FieldPath: ExpressibleByArgument, CustomStringConvertible {
    /// Reads a path.
    public init?(argument: String) {
        self.init(argument)
    }

    /// The path as it was given.
    public var description: String { text }
}
