import ArgumentParser
import CommandLineTool
import Corpus
import Storage

/// Writes a corpus as the token files of other trainers.
struct Export: Tool {
    static let configuration = CommandConfiguration(
        abstract: "Write a corpus as token files of nanoGPT, llm.c or Megatron-LM.",
        discussion: """
            The directory gets train and, if anything is held out, val: for nanogpt train.bin, \
            for llm.c train_000000.bin and so on, for megatron train.bin and train.idx. Tokens \
            that filled no row are not in a corpus and so not in these files.

            Example:
              nous-shard export --format nanogpt -o nanogpt data
            """)

    @Option(help: "The format: nanogpt, llm.c or megatron.")
    var format: ExchangeFormat

    @Option(help: "The tokens in each of llm.c's files but the last.")
    var tokensPerFile = 100_000_000

    @Option(name: .shortAndLong, help: "The directory to make.")
    var output: String

    @Argument(help: "The directory of the corpus.")
    var directory: String

    func validate() throws {
        let counts = 1...CorpusExport.maximumTokensInFile
        guard counts.contains(tokensPerFile) else {
            throw ValidationError("--tokens-per-file must be from 1 to \(counts.upperBound)")
        }
    }

    func run() throws {
        let reader = try CorpusReader(directory: directory)
        let export = try CorpusExport(reader, as: format, tokensInFile: tokensPerFile)
        try StopSignals.held { try export.write(directory: output) }
    }
}

extension ExchangeFormat: ExpressibleByArgument {}
