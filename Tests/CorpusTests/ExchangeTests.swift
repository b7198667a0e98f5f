import Corpus
import Encodings
import Foundation
import Storage
import Testing
import Tokenization

@Suite("Token files of other trainers")
struct ExchangeTests {
    private func with(
        heldOut: UInt32 = 200_000, _ body: (CorpusFixtures, CorpusReader) throws -> Void
    ) throws {
        let fixtures = try CorpusFixtures()
        defer { fixtures.remove() }
        try fixtures.pack(CorpusFixtures.texts(40), into: "c", heldOut: heldOut, shardRows: 5)
        try body(fixtures, CorpusReader(directory: fixtures.path("c")))
    }

    private func bytes(_ fixtures: CorpusFixtures, _ name: String) throws -> [UInt8] {
        [UInt8](try Data(contentsOf: URL(filePath: fixtures.path(name))))
    }

    /// The tokens of the rows, each once.
    private func stream(_ reader: CorpusReader, _ split: Split) throws -> [UInt16] {
        var tokens: [UInt16] = []
        for number in reader.file.summary[split].shards.indices {
            let rows = try reader.shard(number, of: split).rows
            for row in 0..<rows.count {
                tokens += rows.row(row).dropFirst(tokens.isEmpty ? 0 : 1).map { UInt16($0) }
            }
        }
        return tokens
    }

    private func documents(
        _ fixtures: CorpusFixtures, _ format: ExchangeFormat, _ name: String,
        marks: DocumentMarks = DocumentMarks(
            beginning: nil, end: CorpusFixtures.tokenizer.endOfText)
    ) throws -> [[UInt32]] {
        var found: [[UInt32]] = []
        try TokenFiles(format, tokenizer: CorpusFixtures.tokenizer, marks: marks).read(
            fixtures.path(name)
        ) {
            found.append($1)
        }
        return found
    }

    @Test("for nanoGPT are the tokens and nothing else")
    func nanoGPT() throws {
        try with { fixtures, reader in
            try CorpusExport(reader, as: .nanoGPT, tokensInFile: 1)
                .write(directory: fixtures.path("out"))
            for (name, split) in [("train", Split.train), ("val", .heldOut)] {
                let expected = try LittleEndian.bytes(of: stream(reader, split))
                let found = try bytes(fixtures, "out/\(name).bin")
                #expect(found == expected && !found.isEmpty)
            }
        }
    }

    @Test("for llm.c have a header, and are cut where told", arguments: [1, 16, 100, 1_000_000])
    func llmC(_ tokensInFile: Int) throws {
        try with(heldOut: 0) { fixtures, reader in
            try CorpusExport(reader, as: .llmC, tokensInFile: tokensInFile)
                .write(directory: fixtures.path("out"))
            let expected = try stream(reader, .train)
            var found: [UInt16] = []
            let names = try FileManager.default.contentsOfDirectory(
                atPath: fixtures.path("out")
            ).sorted()
            #expect(names.count == (expected.count + tokensInFile - 1) / tokensInFile)
            for name in names {
                let file = try bytes(fixtures, "out/\(name)")
                let header: [Int32] = LittleEndian.numbers(from: file[..<1024])
                let tokens = Array(file[1024...])
                #expect(header[..<3] == [20_240_520, 1, Int32(tokens.count / 2)])
                #expect(header[3...].allSatisfy { $0 == 0 })
                found += LittleEndian.numbers(from: tokens[...], as: UInt16.self)
            }
            #expect(found == expected)
        }
    }

    @Test("come back with the documents and the root that they went out with")
    func roundTrip() throws {
        try with(heldOut: 0) { fixtures, reader in
            let root = reader.file.summary.train.root
            for format in ExchangeFormat.allCases {
                let out = "out-\(format.rawValue)"
                try CorpusExport(reader, as: format, tokensInFile: 1_000_000)
                    .write(directory: fixtures.path(out))
                let name = format == .llmC ? "train_000000.bin" : "train.bin"
                let found = try documents(fixtures, format, "\(out)/\(name)")
                #expect(try found.flatMap { $0.map { UInt16($0) } } == stream(reader, .train))
                // All but the last, which was cut, end with end of text.
                #expect(found.count == 40)
                #expect(
                    found.dropLast().allSatisfy { $0.last == CorpusFixtures.tokenizer.endOfText })
                let summary = try fixtures.packTokens(found, into: "back-\(format.rawValue)")
                #expect(summary.train.root == root)
            }
        }
    }

    @Test("are written again without a change, and nothing else is replaced")
    func again() throws {
        try with { fixtures, reader in
            let export = try CorpusExport(reader, as: .megatron, tokensInFile: 1)
            try export.write(directory: fixtures.path("out"))
            try export.write(directory: fixtures.path("out"))
            try fixtures.write([1], to: "out/train.bin")
            #expect(throws: SystemFailure.self) {
                try export.write(directory: fixtures.path("out"))
            }
            #expect(try bytes(fixtures, "out/train.bin") == [1])
            #expect(try !Files.list(fixtures.path(".")).contains { $0.hasSuffix(".tmp") })
        }
    }

    @Test("of rows filled with whole documents have each document")
    func bestFit() throws {
        let fixtures = try CorpusFixtures()
        defer { fixtures.remove() }
        let texts = CorpusFixtures.texts(40)
        try fixtures.pack(texts, into: "c", length: 64, heldOut: 0, packing: .bestFit)
        let reader = try CorpusReader(directory: fixtures.path("c"))
        for format in ExchangeFormat.allCases {
            let out = "out-\(format.rawValue)"
            try CorpusExport(reader, as: format, tokensInFile: 1_000_000)
                .write(directory: fixtures.path(out))
            let name = format == .llmC ? "train_000000.bin" : "train.bin"
            let found = try documents(fixtures, format, "\(out)/\(name)")
            let end = try #require(CorpusFixtures.tokenizer.endOfText)
            let expected = texts.map { CorpusFixtures.tokenizer.encode($0.bytes) + [end] }
            #expect(Set(found) == Set(expected) && found.count == 40)
        }
    }

    @Test("that begin documents with end of text come in as documents all the same")
    func beginnings() throws {
        let fixtures = try CorpusFixtures()
        defer { fixtures.remove() }
        let end = UInt16(try #require(CorpusFixtures.tokenizer.endOfText))
        try fixtures.write(
            LittleEndian.bytes(of: [end, 70, 71, end, end, 72, end, 73] as [UInt16]), to: "x.bin")
        let found = try documents(fixtures, .nanoGPT, "x.bin")
        let mark = UInt32(end)
        #expect(found == [[mark, 70, 71, mark], [mark, 72, mark], [73]])
        let begun = try documents(
            fixtures, .nanoGPT, "x.bin", marks: DocumentMarks(beginning: mark, end: nil))
        #expect(begun == [[mark, 70, 71], [mark, mark, 72], [mark, 73]])
    }

    /// An index of two sequences in one document, and what is wrong with it.
    private static func index(
        magic: String = "MMIDIDX\0\0", version: UInt64 = 1, code: UInt8 = 8, count: UInt64 = 2,
        lengths: [Int32] = [3, 2], pointers: [Int64] = [0, 6], documents: [Int64] = [0, 2]
    ) -> [UInt8] {
        Array(magic.utf8) + LittleEndian.bytes(of: [version]) + [code]
            + LittleEndian.bytes(of: [count, UInt64(documents.count)])
            + LittleEndian.bytes(of: lengths) + LittleEndian.bytes(of: pointers)
            + LittleEndian.bytes(of: documents)
    }

    @Test("of Megatron are read by their index")
    func megatronIndex() throws {
        let fixtures = try CorpusFixtures()
        defer { fixtures.remove() }
        try fixtures.write(LittleEndian.bytes(of: [65, 66, 67, 68, 69] as [UInt16]), to: "m.bin")
        try fixtures.write(Self.index(), to: "m.idx")
        #expect(try documents(fixtures, .megatron, "m.bin") == [[65, 66, 67, 68, 69]])
        try fixtures.write(
            Self.index(pointers: [4, 0], documents: [0, 1, 1, 2]), to: "m.idx")
        #expect(try documents(fixtures, .megatron, "m.bin") == [[67, 68, 69], [65, 66]])
    }

    @Test(
        "of Megatron are refused where the index is wrong",
        arguments: [
            index(magic: "MMIDIDX\0\u{1}"), index(version: 2), index(code: 6), index(code: 0),
            index(count: 3), index(count: UInt64.max), index(count: 1 << 60),
            index(lengths: [3, 3]), index(lengths: [-1, 2]), index(lengths: [3]),
            index(pointers: [0, 8]), index(pointers: [-2, 6]), index(pointers: [0, Int64.max]),
            index(documents: [0, 1]), index(documents: [1, 2]), index(documents: [0, 2, 1, 2]),
            index(documents: []), [], index() + [0],
        ])
    func badIndex(_ index: [UInt8]) throws {
        let fixtures = try CorpusFixtures()
        defer { fixtures.remove() }
        try fixtures.write(LittleEndian.bytes(of: [65, 66, 67, 68, 69] as [UInt16]), to: "m.bin")
        try fixtures.write(index, to: "m.idx")
        #expect(throws: MalformedInput.self) { try documents(fixtures, .megatron, "m.bin") }
    }

    @Test("of llm.c are refused where header, size or tokens are wrong")
    func badHeader() throws {
        let fixtures = try CorpusFixtures()
        defer { fixtures.remove() }
        let good: [Int32] = [20_240_520, 1, 2] + [Int32](repeating: 0, count: 253)
        let tokens = LittleEndian.bytes(of: [65, 66] as [UInt16])
        try fixtures.write(LittleEndian.bytes(of: good) + tokens, to: "x.bin")
        #expect(try documents(fixtures, .llmC, "x.bin") == [[65, 66]])
        for (place, value) in [(0, 20_240_522), (1, 7), (2, 3), (2, -1), (2, 1)] as [(Int, Int32)] {
            var other = good
            other[place] = value
            try fixtures.write(LittleEndian.bytes(of: other) + tokens, to: "x.bin")
            #expect(throws: MalformedInput.self) { try documents(fixtures, .llmC, "x.bin") }
        }
        let outside = LittleEndian.bytes(of: [65, 280] as [UInt16])
        try fixtures.write(LittleEndian.bytes(of: good) + outside, to: "x.bin")
        let error = #expect(throws: MalformedInput.self) {
            try documents(fixtures, .llmC, "x.bin")
        }
        #expect(error?.reason.contains("token 280 at byte 1026") == true)
        try fixtures.write([1, 2, 3], to: "x.bin")
        #expect(throws: MalformedInput.self) { try documents(fixtures, .nanoGPT, "x.bin") }
    }
}
