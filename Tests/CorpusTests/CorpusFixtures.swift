import Corpus
import Foundation
import Identity
import Storage
import Tokenization

/// Small inputs, made anew for each test in a directory of its own.
struct CorpusFixtures {
    let directory: URL

    init() throws {
        directory = FileManager.default.temporaryDirectory
            .appending(path: "nous-corpus-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
    }

    func remove() { try? FileManager.default.removeItem(at: directory) }

    func path(_ name: String) -> String { directory.appending(path: name).path }

    func write(_ bytes: [UInt8], to name: String) throws {
        let file = directory.appending(path: name)
        try FileManager.default.createDirectory(
            at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
        try Data(bytes).write(to: file)
    }

    func write(_ text: String, to name: String) throws {
        try write(Array(text.utf8), to: name)
    }

    /// Runs a shell command in the directory.
    func shell(_ command: String) throws {
        let process = Process()
        process.executableURL = URL(filePath: "/bin/sh")
        process.arguments = ["-ec", command]
        process.currentDirectoryURL = directory
        process.standardInput = FileHandle.nullDevice
        try process.run()
        process.waitUntilExit()
        precondition(process.terminationStatus == 0, command)
    }

    /// The documents of some operands.
    func documents(
        _ names: [String], limits: IngestionLimits = .standard,
        invalidText: InvalidTextPolicy = .replace, longestDocument: Int? = nil
    ) throws -> [Document] {
        var settings = IngestionSettings()
        settings.limits = limits
        settings.invalidText = invalidText
        settings.limits.documentBytes = longestDocument ?? limits.documentBytes
        return try documents(names, settings).documents
    }

    /// The documents of some operands, and what was counted.
    func documents(
        _ names: [String], _ settings: IngestionSettings
    ) throws -> (documents: [Document], counts: IngestionCounts) {
        var found: [Document] = []
        var reader = DocumentReader(names.map { InputOperand(path($0)) }, settings: settings)
        try reader.forEach { found.append($0) }
        return (found, reader.counts)
    }

    /// A tokenizer of 300 tokens.
    static let tokenizer: Tokenizer = {
        var trainer = BytePairTrainer()
        trainer.add(Array("the quick brown fox jumps over the lazy dog, the end".utf8))
        return trainer.train(vocabularySize: 280)
    }()

    /// Documents with different contents.
    static func texts(_ count: Int) -> [Document] {
        (0..<count).map { index in
            Document(
                source: "doc-\(index)",
                bytes: Array("the fox \(index) jumps over dog \(index * index)\n".utf8))
        }
    }

    /// Documents of 1 to `longest` letters, of which many have the same length.
    static func lengths(_ count: Int, longest: Int, seed: Int = 1) -> [Document] {
        (0..<count).map { index in
            // Lengths as a linear congruence draws them.
            let drawn = (index * 7_919 + seed * 104_729) % 65_537 % longest
            let text = (0...drawn).map { UInt8(ascii: "a") + UInt8(($0 * 7 + index) % 26) }
            return Document(source: "letters-\(index)", bytes: text)
        }
    }

    /// Packs documents into the directory `name`.
    @discardableResult
    func pack(
        _ documents: [Document], into name: String, length: Int = 16, heldOut: UInt32 = 200_000,
        shardRows: Int = 7, tokenizer: Tokenizer = Self.tokenizer,
        packing: PackingPolicy = .concatenate, resetsAttention: Bool = false,
        marks: DocumentMarks? = nil
    ) throws -> CorpusSummary {
        let file = tokenizer.tokenizerJSON()
        let settings = PackSettings(
            sequenceLength: length, heldOut: HeldOutRule(partsPerMillion: heldOut, seed: 1),
            shardRows: shardRows, packing: packing, resetsAttention: resetsAttention)
        var packer = try CorpusPacker(
            tokenizer: tokenizer, digest: Digest(hashing: file), settings: settings, marks: marks)
        let writer = try CorpusWriter(creating: path(name))
        var counts = IngestionCounts()
        for document in documents {
            try packer.add(document) { try writer.write($0) }
            counts.documents += 1
        }
        let summary = try packer.finish(input: counts) { try writer.write($0) }
        try writer.commit(summary, tokenizer: file)
        return summary
    }

    /// The files of Tests/Vectors/corpus.
    static func vector(_ name: String) throws -> [UInt8] {
        let directory = URL(filePath: #filePath).deletingLastPathComponent()
            .deletingLastPathComponent().appending(path: "Vectors/corpus")
        return [UInt8](try Data(contentsOf: directory.appending(path: name)))
    }
}
