import ArgumentParser
import CommandLineTool
import Corpus

/// Which documents are kept.
struct CurationOptions: ParsableArguments {
    @Option(help: "Keep this part of all documents, such as 10%, chosen by --seed.")
    var sample = PartsPerMillion(value: 1_000_000)

    @Option(name: .customLong("min-bytes"), help: "Leave out documents with fewer bytes.")
    var minimumBytes = 1

    @Option(name: .customLong("max-bytes"), help: "Leave out documents with more bytes.")
    var maximumBytes: Int?

    @Option(name: .customLong("min-words"), help: "Leave out documents with fewer words.")
    var minimumWords = 0

    @Option(
        name: .customLong("min-letters"),
        help: "Leave out documents with a smaller part of letters and numbers, such as 60%.")
    var minimumLetters = PartsPerMillion(value: 0)

    @Option(name: .customLong("filter"), help: "Leave out what gopher or repetition refuses.")
    var filters: [FilterSet] = []

    @Option(
        help: ArgumentHelp(
            "Leave out what came before: exact, words (the same words) or near (much alike).",
            valueName: "rule"))
    var deduplicate: [DuplicateRule] = []

    @Option(
        help: ArgumentHelp(
            "Leave out documents that share a run of words with a text in this file or directory.",
            valueName: "path"))
    var decontaminate: [String] = []

    @Option(help: "The words in such a run.")
    var contaminationWords = CurationSettings().contaminationWords

    func validate() throws {
        guard minimumBytes >= 1, maximumBytes ?? .max >= minimumBytes, minimumWords >= 0 else {
            throw ValidationError("--min-bytes, --max-bytes and --min-words must leave something")
        }
        guard (2...1024).contains(contaminationWords) else {
            throw ValidationError("--contamination-words must be from 2 to 1024")
        }
        guard !decontaminate.contains("-") else {
            throw ValidationError("--decontaminate needs files")
        }
    }

    /// The settings, with `seed` for the sample.
    func settings(seed: UInt64) -> CurationSettings {
        var settings = CurationSettings()
        settings.sample = sample.value
        settings.seed = seed
        settings.minimumBytes = minimumBytes
        settings.maximumBytes = maximumBytes ?? .max
        settings.minimumWords = minimumWords
        settings.minimumLetters = minimumLetters.value
        settings.filters = Set(filters)
        settings.duplicates = Set(deduplicate)
        settings.contaminationWords = contaminationWords
        return settings
    }

    /// The texts to be measured on, read as `settings` say; nil if none are named.
    func contamination(_ settings: IngestionSettings) throws -> ContaminationIndex? {
        guard !decontaminate.isEmpty else { return nil }
        var index = ContaminationIndex(words: contaminationWords)
        var reader = DocumentReader(decontaminate.map { InputOperand($0) }, settings: settings)
        try reader.forEach { index.add($0.bytes) }
        return index
    }
}

extension FilterSet: ExpressibleByArgument {}
extension DuplicateRule: ExpressibleByArgument {}
