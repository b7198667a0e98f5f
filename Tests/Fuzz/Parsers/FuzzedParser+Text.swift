import Corpus
import Encodings
import Foundation
import ModelMerging
import Rounds
import RunFiles
import SampleRound
import Storage
import TestFiles
import Tokenization

extension FuzzedParser {
    /// JSON text: what is written of a value is read as the same value.
    static let json = FuzzedParser(
        "json",
        seeds: {
            [
                SampleRun.json().prettyBytes(),
                Array(#"{"a":[1,-0,1e-5,true,null,"\u00e9\ud83d\ude00\n"],"b":{"c":[]}}"#.utf8),
            ]
        },
        { bytes in
            let value = try JSON(parsing: bytes, limits: .record)
            for text in [value.orderedBytes(), value.prettyBytes()] {
                expect(try JSON(parsing: text) == value, "JSON survives writing")
            }
            let canonical = value.canonicalBytes()
            expect(
                try JSON(parsing: canonical).canonicalBytes() == canonical, "one canonical form")
            let isTaken = (try? JSON(parsingCanonical: bytes, limits: .record)) != nil
            expect(isTaken == (canonical == bytes), "only the canonical form is taken as such")
        })

    /// YAML: run files and recipes of merges.
    static let yaml = FuzzedParser(
        "yaml",
        seeds: {
            var seeds = [SampleRun.json().prettyBytes(), Array(recipe.utf8)]
            seeds += SampleMethod.all.map { SampleRun.json($0.changes).orderedBytes() }
            if let file = try? VectorFile.bytes("run/small.yaml") { seeds.append(file) }
            return seeds
        },
        { bytes in
            try offer(
                YAML.parse(bytes),
                to: [
                    { _ = try RunConfiguration($0, digest: Digest(hashing: bytes)) },
                    { _ = try MergeRecipe($0) },
                ])
        })

    private static let recipe = """
        merge_method: slerp
        base_model: a
        slices:
          - sources:
              - { model: a, layer_range: [0, 2] }
              - { model: b, layer_range: [0, 2] }
        parameters:
          t: [{ filter: mlp, value: [0, 0.5, 1] }, { value: 0.5 }]
        dtype: bfloat16

        """

    /// `tokenizer.json`: a tokenizer that is taken gives every text back.
    static let tokenizer = FuzzedParser(
        "tokenizer", seeds: { [SampleCorpus.tokenizer.tokenizerJSON()] },
        { bytes in
            let tokenizer = try Tokenizer(parsing: bytes)
            let tokens = tokenizer.encode(sampleText)
            expect(
                tokens.allSatisfy { Int($0) < tokenizer.vocabularySize }, "tokens are numbered")
            _ = try tokenizer.decode(tokens)
        })

    /// `.tiktoken` files.
    static let tiktoken = FuzzedParser(
        "tiktoken",
        seeds: {
            let singles = (UInt8.min...UInt8.max).map { [$0] }
            let pairs = [Array("th".utf8), Array("the".utf8), Array(" a".utf8)]
            let lines = (singles + pairs).enumerated().map { "\(Base64.encode($1)) \($0)\n" }
            return [Array(lines.joined().utf8)]
        },
        { bytes in
            let tokenizer = try TiktokenFile.read(bytes, as: .gpt2)
            expect(
                try tokenizer.decode(tokenizer.encode(sampleText)) == sampleText,
                "text comes back")
        })

    private static let sampleText = Array("The cat, 1234 times: éàü \u{4E2D}\u{6587}\n\n  x".utf8)

    /// Text, JSON lines, CSV and TSV, after a byte that chooses among them, in archives too.
    static let documents = FuzzedParser(
        "documents",
        seeds: {
            let texts = [
                "In the beginning\n", "In the beginning\n",
                "{\"text\":\"a\"}\n{\"text\":\"b\"}\n", "text,n\n\"a \"\"b\"\"\",1\n",
                "text\tn\na\t1\n",
            ]
            return texts.enumerated().map { [UInt8($0)] + Array($1.utf8) }
        },
        { bytes in
            let formats = TextFormat.allCases
            var settings = IngestionSettings()
            settings.format = formats[Int(bytes.first ?? 0) % formats.count]
            try Data(bytes.dropFirst()).write(to: URL(filePath: input))
            var reader = DocumentReader([InputOperand(input)], settings: settings)
            try reader.forEach { document in
                expect(
                    String(validating: document.bytes, as: UTF8.self) != nil,
                    "documents are UTF-8")
            }
        })

    private static let input: String = {
        let name = "nous-fuzz-\(UUID().uuidString)"
        let path = FileManager.default.temporaryDirectory.appending(path: name).path
        atexit { unsafe unlink(FuzzedParser.input) }
        return path
    }()
}
