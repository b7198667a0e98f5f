import ArgumentParser
import CommandLineTool
import Corpus
import RunFiles
import Tokenization

/// Learns a tokenizer from text.
struct LearnTokenizer: Tool {
    static let configuration = CommandConfiguration(
        commandName: "learn",
        abstract: "Learn a byte-pair tokenizer from text.",
        discussion: """
            Reads files, directories, archives and compressed streams, and writes a Hugging \
            Face tokenizer.json. The same text gives the same bytes, whatever its order.

            Example:
              nous-shard tokenizer learn --vocabulary-size 2048 -o tokenizer.json text
            """)

    @Option(
        name: .customLong("vocabulary-size"),
        help: "The number of tokens, end of text and 256 bytes included.")
    var vocabularySize: Int

    @Option(help: "The fewest occurrences of a pair that becomes a token.")
    var minimumCount = 1

    @Option(help: "How text is split before merging: llama3, gpt2, qwen2, smollm or o200k.")
    var pattern = SplitPattern.llama3

    @Option(help: "The threads; without it one for each processor. The result is the same.")
    var threads: Int?

    @OptionGroup var input: TextInput

    @Option(name: .shortAndLong, help: "The file to write; standard output without it.")
    var output: String?

    @OptionGroup var global: GlobalOptions

    func validate() throws {
        let sizes = BytePairTrainer.smallestVocabulary...Vocabulary.maximumSize
        guard sizes.contains(vocabularySize) else {
            throw ValidationError(
                "--vocabulary-size must be from \(sizes.lowerBound) to \(sizes.upperBound)")
        }
        guard minimumCount >= 1 else { throw ValidationError("--minimum-count must be positive") }
        if let threads, !(1...1024).contains(threads) {
            throw ValidationError("--threads must be from 1 to 1024")
        }
    }

    func run() throws {
        let training = ParallelTraining(
            pattern: pattern, threads: threads ?? AvailableProcessors.count)
        let counts = try input.read(quiet: global.quiet) { training.add($0.bytes) }
        guard counts.documents > 0 else {
            throw Failure(.malformedInput, "no text to learn from")
        }
        let tokenizer = training.finish().train(
            vocabularySize: vocabularySize, minimumCount: minimumCount)
        if tokenizer.vocabularySize < vocabularySize, !global.quiet {
            Terminal.report(
                "nous-shard: warning: the text gives \(tokenizer.vocabularySize) tokens,"
                    + " not \(vocabularySize)")
        }
        try Operand.write(tokenizer.tokenizerJSON(), to: output)
    }
}

extension SplitPattern: ExpressibleByArgument {}
