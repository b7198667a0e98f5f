import ArgumentParser
import CommandLineTool
import Corpus
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
    var longestDocument: Int?

    @Argument(help: "Text files, directories, archives or compressed streams; - is standard input.")
    var operands: [String] = ["-"]

    func validate() throws {
        if let longestDocument, longestDocument < 64 {
            throw ValidationError("--split-documents must be at least 64")
        }
        guard operands.filter({ $0 == "-" }).count <= 1 else {
            throw ValidationError("standard input can be read once")
        }
    }

    /// Reads all documents in their order; a signal that is pending ends the work with an error.
    func read(
        quiet: Bool, stoppingAt signals: StopSignals? = nil, _ handle: DocumentReader.Handler
    ) throws -> IngestionCounts {
        var progress = Progress(quiet: quiet)
        var bytes = 0
        var reader = DocumentReader(invalidText: invalidText, longestDocument: longestDocument)
        try reader.read(operands: operands) { document in
            if let signal = signals?.pending() {
                throw Failure(.tryAgain, "stopped by \(signal)", hint: "run the same command again")
            }
            try handle(document)
            bytes += document.bytes.count
            progress.update("reading, MB", done: bytes >> 20, of: bytes >> 20)
        }
        progress.finish()
        return reader.counts
    }
}

extension InvalidTextPolicy: ExpressibleByArgument {}
