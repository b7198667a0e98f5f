import Encodings
import Storage
package import Tokenization

/// Reads the documents in files of tokens that other programs wrote.
package struct TokenFiles {
    /// The largest file.
    package static let maximumFileSize = 1 << 44

    /// The most tokens of a document; longer ones are cut.
    package static let maximumDocumentTokens = 1 << 24

    /// A document with the tokens it has in the file, those that end it included.
    package typealias Handler = (_ document: Document, _ tokens: [UInt32]) throws -> Void

    private let format: ExchangeFormat
    private let tokenizer: Tokenizer
    private let marks: DocumentMarks

    /// A reader of files whose tokens are this tokenizer's.
    ///
    /// In a stream of tokens documents end with the mark for that, or else begin with theirs.
    package init(_ format: ExchangeFormat, tokenizer: Tokenizer, marks: DocumentMarks) {
        self.format = format
        self.tokenizer = tokenizer
        self.marks = marks
    }

    /// Hands out the documents of the file at `path` in order; for Megatron it is the `.bin` file.
    ///
    /// The text of a document is what its tokens stand for, marks left out unless there is nothing
    /// else.
    package func read(_ path: String, _ handle: Handler) throws {
        let name = path.split(separator: "/").last.map(String.init) ?? path
        var number = 0
        try readTokens(path) { tokens in
            let text = tokens.filter { !marks.contains($0) }
            let bytes = try tokenizer.decode(text.isEmpty ? tokens : text)
            try handle(Document(source: "\(name)#\(number)", bytes: bytes), tokens)
            number += 1
        }
    }

    private func readTokens(
        _ path: String, _ handle: ([UInt32]) throws -> Void
    ) throws {
        let file = try RandomAccessFile(path: path)
        guard file.size <= Self.maximumFileSize else {
            throw MalformedInput(
                "expected at most \(Self.maximumFileSize) bytes, found \(file.size)", in: path)
        }
        var cutter = DocumentCutter(marks: marks)
        switch format {
        case .nanoGPT:
            try readStream(file, path, from: 0, width: 2) { try cutter.add($0, handle) }
        case .llmC:
            let width = try header(file, path).isWide ? 4 : 2
            try readStream(file, path, from: LLMCHeader.size, width: width) {
                try cutter.add($0, handle)
            }
        case .megatron:
            try readIndexed(file, path) { tokens in
                guard let tokens else { return try cutter.endDocument(handle) }
                try cutter.addWhole(tokens, handle)
            }
        }
        try cutter.endDocument(handle)
    }

    private func header(
        _ file: RandomAccessFile, _ path: String
    ) throws -> (isWide: Bool, tokens: Int) {
        let bytes = try file.read(0..<min(LLMCHeader.size, file.size))
        guard bytes.count == LLMCHeader.size,
            let header = LLMCHeader.parse(LittleEndian.numbers(from: bytes[...]))
        else { throw MalformedInput("expected the header of llm.c, found another", in: path) }
        let size = LLMCHeader.size + header.tokens * (header.isWide ? 4 : 2)
        guard file.size == size else {
            throw MalformedInput(
                "expected \(size) bytes for \(header.tokens) tokens, found \(file.size)", in: path)
        }
        return header
    }

    private func readStream(
        _ file: RandomAccessFile, _ path: String, from start: Int, width: Int,
        _ handle: ([UInt32]) throws -> Void
    ) throws {
        guard (file.size - start).isMultiple(of: width) else {
            throw MalformedInput(
                "expected tokens of \(width) bytes, found \(file.size - start) bytes", in: path)
        }
        try readTokens(file, path, start..<file.size, width: width, handle)
    }

    /// Hands out the tokens of each document in parts, and nil where it ends.
    private func readIndexed(
        _ file: RandomAccessFile, _ path: String, _ handle: ([UInt32]?) throws -> Void
    ) throws {
        let prefix = path.hasSuffix(".bin") ? String(path.dropLast(4)) : path
        let index = try MegatronIndex(path: "\(prefix).idx", tokenFileSize: file.size)
        for (first, end) in zip(index.documents, index.documents.dropFirst()) {
            for sequence in Int(first)..<Int(end) {
                let start = Int(index.pointers[sequence])
                let bytes = start..<start + Int(index.lengths[sequence]) * index.tokenBytes
                try readTokens(file, path, bytes, width: index.tokenBytes) { try handle($0) }
            }
            try handle(nil)
        }
    }

    /// Hands out the tokens in a range of bytes, a mebibyte at a time.
    private func readTokens(
        _ file: RandomAccessFile, _ path: String, _ bytes: Range<Int>, width: Int,
        _ handle: ([UInt32]) throws -> Void
    ) throws {
        for start in stride(from: bytes.lowerBound, to: bytes.upperBound, by: 1 << 20) {
            let part = try file.read(start..<min(bytes.upperBound, start + 1 << 20))
            let tokens = Self.tokens(part, width: width)
            if let place = tokens.firstIndex(where: { Int($0) >= tokenizer.vocabularySize }) {
                throw MalformedInput(
                    "token \(tokens[place]) at byte \(start + place * width) is not below the"
                        + " vocabulary size \(tokenizer.vocabularySize)", in: path)
            }
            try handle(tokens)
        }
    }

    /// Numbers of one to eight bytes; what does not fit in four counts as the largest that does.
    private static func tokens(_ bytes: [UInt8], width: Int) -> [UInt32] {
        switch width {
        case 1: bytes.map(UInt32.init)
        case 2: LittleEndian.numbers(from: bytes[...], as: UInt16.self).map(UInt32.init)
        case 4: LittleEndian.numbers(from: bytes[...], as: UInt32.self)
        default:
            LittleEndian.numbers(from: bytes[...], as: UInt64.self).map {
                UInt32(clamping: $0)
            }
        }
    }
}

/// Cuts a stream of tokens into documents.
struct DocumentCutter {
    private let marks: DocumentMarks
    private var pending: [UInt32] = []
    private var hasText = false

    init(marks: DocumentMarks) {
        self.marks = marks
    }

    /// Adds tokens of a stream, which is cut behind the end of each document or, if that has no
    /// mark, before its beginning.
    ///
    /// A mark with no text before it belongs to what follows, so that files which begin documents
    /// with the end of the one before come out right.
    mutating func add(_ tokens: [UInt32], _ handle: ([UInt32]) throws -> Void) throws {
        for token in tokens {
            let begins = marks.end == nil && token == marks.beginning
            if begins, hasText { try endDocument(handle) }
            pending.append(token)
            if !marks.contains(token) { hasText = true }
            let ends = hasText && token == marks.end
            if ends || pending.count == TokenFiles.maximumDocumentTokens {
                try endDocument(handle)
            }
        }
    }

    /// Adds tokens of one document, in which marks have no meaning.
    mutating func addWhole(_ tokens: [UInt32], _ handle: ([UInt32]) throws -> Void) throws {
        for token in tokens {
            pending.append(token)
            if pending.count == TokenFiles.maximumDocumentTokens { try endDocument(handle) }
        }
    }

    /// Ends the document, unless it has no tokens.
    mutating func endDocument(_ handle: ([UInt32]) throws -> Void) throws {
        guard !pending.isEmpty else { return }
        try handle(pending)
        pending.removeAll(keepingCapacity: true)
        hasText = false
    }
}
