import ArgumentParser
import CommandLineTool
import Encodings
import ModelFiles
import Rounds
import RunFiles
import Storage

/// Writes a checkpoint as other programs keep models.
struct Export: Tool {
    static let configuration = CommandConfiguration(
        commandName: "export",
        abstract: "Write a checkpoint as a Hugging Face directory or a GGUF file.",
        discussion: """
            The numbers of a directory that init --from read, exported with the type they had, are \
            the same bits. A number that is too large for the type is refused.

            Example:
              nous-train export base.tar.zst --to model --dtype bfloat16
              nous-train export base.tar.zst --gguf model.gguf --dtype q8_0
            """)

    @Option(
        name: .customLong("to"),
        help: ArgumentHelp(
            "Write a Hugging Face directory, empty or not there yet.", valueName: "dir"))
    var directory: String?

    @Option(
        name: .customLong("gguf"),
        help: ArgumentHelp("Write a GGUF file; - is standard output.", valueName: "file"))
    var gguf: String?

    @Option(
        help: ArgumentHelp(
            "float32, bfloat16 or float16; of a GGUF file also q8_0.", valueName: "type"))
    var dtype = "float32"

    @Option(
        help: ArgumentHelp(
            "The most bytes of numbers in one file of a directory, such as 500MB or 2GiB; 5GB unless given.",
            valueName: "size"))
    var shardSize: ByteCount?

    @Argument(help: ArgumentHelp("The checkpoint; - is standard input.", valueName: "checkpoint"))
    var checkpoint: String = "-"

    @OptionGroup var global: GlobalOptions

    func validate() throws {
        guard (directory == nil) != (gguf == nil) else {
            throw ValidationError("give either --to or --gguf")
        }
        guard shardSize == nil || directory != nil else {
            throw ValidationError("--shard-size divides a directory, and --gguf is one file")
        }
        if directory != nil { _ = try option(FloatFormat.self) }
        if gguf != nil { _ = try option(GGUFFormat.self) }
    }

    func run() throws {
        if let gguf { try Operand.expectWritable(gguf) }
        let export = ModelExport(try CheckpointFile.read(checkpoint))
        do {
            if let directory {
                let format = try option(FloatFormat.self)
                try StopSignals.held {
                    try export.write(
                        directory: directory, format: format,
                        shardSize: shardSize?.bytes ?? 5_000_000_000)
                }
            }
            if let gguf { try write(export, to: gguf) }
        } catch let error as MalformedInput {
            throw error.within(Operand.name(checkpoint))
        }
    }

    private func write(_ export: ModelExport, to file: String) throws {
        let format = try option(GGUFFormat.self)
        guard !Operand.isStream(file) else {
            var sink = Operand.standardOutput
            return try export.writeGGUF(to: &sink, format: format)
        }
        try StopSignals.held {
            var sink = try AtomicFile(creating: file)
            try export.writeGGUF(to: &sink, format: format)
            try sink.commit()
        }
    }

    /// The type of numbers named by `--dtype`.
    private func option<Format>(
        _ type: Format.Type
    ) throws -> Format where Format: RawRepresentable & CaseIterable, Format.RawValue == String {
        guard let format = Format(rawValue: dtype) else {
            let known = Format.allCases.map(\.rawValue).joined(separator: ", ")
            throw ValidationError("--dtype: expected one of \(known), found '\(dtype)'")
        }
        return format
    }
}
