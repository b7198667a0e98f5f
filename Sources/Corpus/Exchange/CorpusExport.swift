package import Encodings
import Glibc
import Storage

/// Writes the tokens of a corpus as files that other trainers read.
///
/// The files are `train` and, if anything is held out, `val`. Specified in
/// docs/formats/exchange.md.
package struct CorpusExport {
    /// The most tokens of one of llm.c's files.
    package static let maximumTokensInFile = LLMCHeader.maximumTokens

    private let reader: CorpusReader
    private let format: ExchangeFormat
    private let tokensInFile: Int
    private let isWide: Bool

    /// An export in a format; of llm.c's files each gets `tokensInFile` tokens.
    package init(
        _ reader: CorpusReader, as format: ExchangeFormat, tokensInFile: Int
    ) throws(MalformedInput) {
        isWide = reader.file.summary.vocabularySize > TokenRows.largestNarrowVocabulary
        guard !isWide || format != .nanoGPT else {
            throw MalformedInput(
                "nanoGPT's files hold tokens below \(TokenRows.largestNarrowVocabulary),"
                    + " and the vocabulary has \(reader.file.summary.vocabularySize)",
                in: reader.directory)
        }
        precondition((1...Self.maximumTokensInFile).contains(tokensInFile), "tokens in a file")
        self.reader = reader
        self.format = format
        self.tokensInFile = tokensInFile
    }

    /// Makes the directory `path` with the files, all at once.
    ///
    /// One that holds the same files already stays as it is; anything else there is refused.
    package func write(directory path: String) throws {
        if Files.exists(path), !Files.isDirectory(path) { throw Self.occupied(path) }
        let directory = try AtomicDirectory(creating: path)
        for split in Split.allCases where reader.file.summary[split].rows > 0 {
            let name = split == .train ? "train" : "val"
            let tokens = SplitTokens(reader: reader, split: split)
            let prefix = Files.join(directory.temporary, name)
            switch format {
            case .nanoGPT: try writePlain(tokens, "\(prefix).bin")
            case .llmC: try writeNumbered(tokens, prefix)
            case .megatron: try writeIndexed(tokens, prefix)
            }
        }
        let names = try Files.exists(path) ? Files.list(path) : []
        guard !names.isEmpty else { return try directory.commit() }
        guard try names == Files.list(directory.temporary),
            try names.allSatisfy({ name in
                try Files.haveSameBytes(
                    Files.join(path, name), Files.join(directory.temporary, name))
            })
        else { throw Self.occupied(path) }
    }

    private static func occupied(_ path: String) -> SystemFailure {
        SystemFailure("create", path: path, code: EEXIST, role: .output)
    }

    private func writePlain(_ tokens: SplitTokens, _ path: String) throws {
        var file = try TokenFileSink(creating: path, isWide: isWide)
        try tokens.forEachPart { part, _ in try file.write(part) }
        try file.commit()
    }

    private func writeNumbered(_ tokens: SplitTokens, _ prefix: String) throws {
        var left = tokens.count
        var number = 0
        var file = try numbered(prefix, number, tokens: min(left, tokensInFile))
        try tokens.forEachPart { part, _ in
            var rest = part
            while !rest.isEmpty {
                if file.count == tokensInFile {
                    left -= tokensInFile
                    number += 1
                    let next = try numbered(prefix, number, tokens: min(left, tokensInFile))
                    let full = exchange(&file, with: next)
                    try full.commit()
                }
                let fitting = rest.prefix(tokensInFile - file.count)
                try file.write(fitting)
                rest = rest.dropFirst(fitting.count)
            }
        }
        try file.commit()
    }

    private func numbered(
        _ prefix: String, _ number: Int, tokens: Int
    ) throws -> TokenFileSink {
        let digits = String(number)
        let padding = String(repeating: "0", count: max(0, 6 - digits.utf8.count))
        return try TokenFileSink(
            creating: "\(prefix)_\(padding)\(digits).bin", isWide: isWide,
            header: LittleEndian.bytes(of: LLMCHeader.bytes(tokens: tokens, isWide: isWide)))
    }

    private func writeIndexed(_ tokens: SplitTokens, _ prefix: String) throws {
        var file = try TokenFileSink(creating: "\(prefix).bin", isWide: isWide)
        var lengths: [Int32] = []
        var length: Int32 = 0
        try tokens.forEachPart { part, endsDocument in
            try file.write(part)
            length += Int32(part.count)
            guard endsDocument else { return }
            lengths.append(length)
            length = 0
        }
        try file.commit()
        var index = try AtomicFile(creating: "\(prefix).idx")
        try MegatronIndex.write(lengths: lengths, isWide: isWide, to: &index)
        try index.commit()
    }
}
