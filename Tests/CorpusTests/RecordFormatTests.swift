import Corpus
import Encodings
import Foundation
import Testing

@Suite("Documents in records")
struct RecordFormatTests {
    private func with(_ body: (CorpusFixtures) throws -> Void) throws {
        let fixtures = try CorpusFixtures()
        defer { fixtures.remove() }
        try body(fixtures)
    }

    /// The documents of one file with the given contents, as `source=text`.
    private func read(
        _ contents: String, name: String, _ settings: IngestionSettings = IngestionSettings()
    ) throws -> (texts: [String], counts: IngestionCounts) {
        let fixtures = try CorpusFixtures()
        defer { fixtures.remove() }
        try fixtures.write(contents, to: name)
        let (found, counts) = try fixtures.documents([name], settings)
        return (found.map { "\($0.source)=\(String(decoding: $0.bytes, as: UTF8.self))" }, counts)
    }

    private func settings(_ change: (inout IngestionSettings) throws -> Void) rethrows
        -> IngestionSettings
    {
        var settings = IngestionSettings()
        try change(&settings)
        return settings
    }

    @Test("takes a text from each line of JSON")
    func jsonLines() throws {
        let lines = "{\"text\":\"one\\n\",\"n\":1}\r\n\n  \n{\"n\":[],\"text\":\"zwei \\u00e4\"}"
        #expect(try read(lines, name: "x.jsonl").texts == ["x.jsonl:1=one\n", "x.jsonl:4=zwei ä"])
        #expect(try read(lines, name: "x.JSONL.gz").texts.count == 2)
        #expect(try read(lines, name: "x.txt").texts.count == 1)
    }

    @Test("finds nested fields, with dots or as a pointer", arguments: ["a.b", "/a/b"])
    func nested(_ path: String) throws {
        let chosen = try settings { $0.fields.text = try #require(FieldPath(path)) }
        let found = try read("{\"a\":{\"b\":\"deep\"}}", name: "x.ndjson", chosen).texts
        #expect(found == ["x.ndjson:1=deep"])
    }

    @Test("a pointer finds keys with dots and slashes")
    func pointer() throws {
        let chosen = try settings { $0.fields.text = try #require(FieldPath("/a.b/c~1d~0e")) }
        let found = try read("{\"a.b\":{\"c/d~e\":\"x\"}}", name: "x.jsonl", chosen).texts
        #expect(found == ["x.jsonl:1=x"])
        #expect(FieldPath("a..b") == nil && FieldPath("") == nil)
    }

    @Test("keeps licence and origin of a record")
    func labels() throws {
        try with { fixtures in
            try fixtures.write(
                "{\"text\":\"a\",\"meta\":{\"l\":\"CC0-1.0\"},\"id\":7}\n{\"text\":\"b\"}",
                to: "x.jsonl")
            let chosen = settings {
                $0.fields.licence = FieldPath("meta.l")
                $0.fields.origin = FieldPath("id")
                $0.labels = DocumentLabels(licence: "unknown")
            }
            let found = try fixtures.documents(["x.jsonl"], chosen).documents.map(\.labels)
            #expect(
                found == [
                    DocumentLabels(licence: "CC0-1.0", origin: "7"),
                    DocumentLabels(licence: "unknown"),
                ])
        }
    }

    @Test(
        "names file and line of what is wrong",
        arguments: [
            ("{\"text\":\"a\"}\n{\"text\":1}", "field 'text': expected a string, found 1"),
            ("\n{\"texts\":\"\"}", "missing field 'text'"),
            (
                "\n{\"text\":\"a\",\"text\":\"b\"}",
                "at byte 0: expected distinct keys, found \"text\" twice"
            ),
            ("\n{\"text\":\"a\"", "at byte 11: expected ',' or '}', found the end of the input"),
            ("\n[1]", "missing field 'text'"),
        ])
    func malformedLines(_ lines: String, _ reason: String) throws {
        #expect(throws: MalformedInput(reason, in: "x.jsonl:2")) {
            try read(lines, name: "x.jsonl")
        }
        let tolerant = settings { $0.malformedRecords = .skip }
        let (_, counts) = try read(lines + "\n{\"text\":\"ok\"}", name: "x.jsonl", tolerant)
        #expect(counts.malformedRecords == 1)
        #expect(counts.documents >= 1)
    }

    @Test(
        "treats half a surrogate pair as bytes that are not UTF-8",
        arguments: InvalidTextPolicy.allCases)
    func surrogates(_ policy: InvalidTextPolicy) throws {
        let lines = #"{"text":"\\ud800 \ud83d\ude00 \uDC00\ud83d"}"# + "\n{\"text\":\"b\"}"
        let chosen = settings { $0.invalidText = policy }
        switch policy {
        case .replace:
            let (texts, counts) = try read(lines, name: "x.jsonl", chosen)
            #expect(texts == ["x.jsonl:1=\\ud800 😀 \u{FFFD}\u{FFFD}", "x.jsonl:2=b"])
            #expect(counts.replacements == 2)
        case .skip:
            let (texts, counts) = try read(lines, name: "x.jsonl", chosen)
            #expect(texts == ["x.jsonl:2=b"] && counts.skipped == 1)
        case .refuse:
            #expect(
                throws: MalformedInput(
                    "at byte 30: a surrogate without its other half", in: "x.jsonl:1")
            ) { try read(lines, name: "x.jsonl", chosen) }
        }
    }

    @Test("a line may be as long as the limit, and no longer")
    func longLines() throws {
        let chosen = settings {
            $0.limits.recordBytes = 300_000
            $0.limits.documentBytes = 200_000
        }
        let long = String(repeating: "x", count: 300_000 - 11)
        let lines = "{\"text\":\"a\"}\n{\"text\":\"\(long)\"}\n{\"text\":\"b\"}\n"
        let (texts, _) = try read(lines, name: "x.jsonl", chosen)
        #expect(
            texts.map { $0.prefix(12) } == [
                "x.jsonl:1=a", "x.jsonl:2#0=", "x.jsonl:2#1=", "x.jsonl:3=b",
            ])
        let tooLong = lines.replacing(long, with: long + "x")
        #expect(
            throws: MalformedInput(
                "more than 300000 bytes in one record, which is the limit", in: "x.jsonl:2")
        ) { try read(tooLong, name: "x.jsonl", chosen) }
        var tolerant = chosen
        tolerant.malformedRecords = .skip
        #expect(
            try read(tooLong, name: "x.jsonl", tolerant).texts == ["x.jsonl:1=a", "x.jsonl:3=b"])
    }

    @Test(
        "a record may have as many values as the limit, and no more", arguments: ["jsonl", "csv"])
    func manyValues(_ format: String) throws {
        let chosen = settings {
            $0.limits.recordValues = 4
            $0.malformedRecords = .skip
        }
        let contents =
            format == "csv"
            ? "text,b,c,d\none,,,\ntwo,,,,\nthree,3"
            : "{\"text\":\"one\",\"b\":[1]}\n{\"text\":\"two\",\"b\":[1,2]}\n{\"text\":\"three\"}"
        let (texts, counts) = try read(contents, name: "x.\(format)", chosen)
        let first = format == "csv" ? 2 : 1
        #expect(texts == ["x.\(format):\(first)=one", "x.\(format):\(first + 2)=three"])
        #expect(counts.malformedRecords == 1)
    }

    @Test("takes a column by name, or by number where no names stand")
    func columns() throws {
        let table = "id,text\n1,one\n\n2,\"two \"\"2\"\"\nlines, and a comma\"\r\n3,\n4,four"
        let (texts, counts) = try read(table, name: "x.csv")
        #expect(
            texts == ["x.csv:2=one", "x.csv:4=two \"2\"\nlines, and a comma", "x.csv:7=four"])
        #expect(counts.empty == 1)
        let second = try settings { $0.fields.text = try #require(FieldPath("2")) }
        #expect(
            try read("a\tb\r\nc\td\r\n", name: "x.tsv", second).texts == ["x.tsv:1=b", "x.tsv:2=d"])
    }

    @Test(
        "names the line where a table is wrong",
        arguments: [
            ("text\na\"b\nc", "x.csv:2: a quote inside a field that is not quoted as a whole"),
            ("text\n\"a\"b\nc", "x.csv:2: a quote inside a field that is not quoted as a whole"),
            ("id,text\n\n1\n2,c", "x.csv:3: expected at least 2 fields, found 1"),
            ("text\nc\n\"a\n", "x.csv:3: the quoted field does not end"),
            ("a,b\n1,c", "x.csv:1: no column 'text'"),
        ])
    func malformedTables(_ table: String, _ message: String) throws {
        let error = try #require(throws: MalformedInput.self) { try read(table, name: "x.csv") }
        #expect(error.description == message)
        guard !message.contains("column") else { return }
        let tolerant = settings { $0.malformedRecords = .skip }
        #expect(try read(table, name: "x.csv", tolerant).texts.map(\.last) == ["c"])
    }

    @Test("takes away a byte order mark and counts it", arguments: ["x.txt", "x.jsonl", "x.csv"])
    func byteOrderMark(_ name: String) throws {
        let contents = name == "x.txt" ? "a" : name == "x.csv" ? "text\na" : "{\"text\":\"a\"}"
        let (texts, counts) = try read("\u{FEFF}" + contents, name: name)
        #expect(texts.map(\.last) == ["a"])
        #expect(counts.byteOrderMarks == 1)
    }

    @Test("a mark and nothing else is an empty text")
    func onlyMark() throws {
        let (texts, counts) = try read("\u{FEFF}", name: "x.txt")
        #expect(texts.isEmpty)
        #expect(counts.empty == 1)
    }
}
