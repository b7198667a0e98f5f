import Corpus
import Encodings
import Foundation
import Testing

@Suite("Sources and mixtures")
struct DocumentMixtureTests {
    /// What a mixture of sources gives, of which each has `count` documents of `size` bytes.
    private func draw(
        _ sources: [(count: Int, size: Int, weight: UInt64?)],
        where isKept: (Document) -> Bool = { _ in true }
    ) throws -> (texts: String, exhausted: Int?) {
        let fixtures = try CorpusFixtures()
        defer { fixtures.remove() }
        var list: [DocumentSource] = []
        for (index, source) in sources.enumerated() {
            let letter = ["a", "b", "c"][index]
            for number in 0..<source.count {
                let name = "\(letter)/\(1000 + number)"
                try fixtures.write(String(repeating: letter, count: source.size), to: name)
            }
            list.append(
                DocumentSource(
                    name: letter, operands: [InputOperand(fixtures.path(letter))],
                    settings: IngestionSettings(), weight: source.weight))
        }
        var mixture = DocumentMixture(list)
        var texts = ""
        while let document = try mixture.next(where: isKept) {
            texts += String(decoding: document.bytes.prefix(1), as: UTF8.self)
        }
        return (texts, mixture.exhausted)
    }

    @Test("without weights one source comes after another")
    func sequence() throws {
        #expect(try draw([(2, 9, nil), (3, 1, nil)]).texts == "aabbb")
    }

    @Test("with weights each source gives its part of the bytes, until one is at its end")
    func weights() throws {
        let (texts, exhausted) = try draw([(30, 2, 3), (30, 2, 1)])
        #expect(texts == "ab" + String(repeating: "aaab", count: 9) + "aa")
        #expect(exhausted == 0)
        #expect(try draw([(9, 4, 1), (30, 1, 1)]).texts.prefix(10) == "abbbbabbbb")
    }

    @Test("what is left out counts for nothing")
    func leftOut() throws {
        var number = 0
        let (texts, _) = try draw([(10, 1, 1), (20, 1, 1)]) { document in
            guard document.bytes == Array("b".utf8) else { return true }
            number += 1
            return number.isMultiple(of: 2)
        }
        #expect(texts == String(repeating: "ab", count: 10))
    }

    @Test("a list says what each source is")
    func list() throws {
        let json = try JSON(
            parsing: Array(
                """
                {"sources": [
                  {"name": "books", "paths": ["x.zip", "d"], "weight": 3, "licence": "CC0-1.0"},
                  {"name": "web", "paths": ["y"], "weight": 1, "format": "jsonl", "field": "a.b"}]}
                """.utf8))
        let sources = try SourceList.sources(json, settings: IngestionSettings())
        #expect(sources.map(\.name) == ["books", "web"])
        #expect(sources.map(\.weight) == [3, 1])
        #expect(sources[0].operands == [InputOperand("x.zip"), InputOperand("d")])
        #expect(
            sources[0].settings.labels == DocumentLabels(collection: "books", licence: "CC0-1.0"))
        #expect(
            sources[1].settings.format == .jsonl && sources[1].settings.fields.text.text == "a.b")
    }

    @Test(
        "refuses a list that is wrong",
        arguments: [
            ("[]", "sources: expected a source"),
            (
                #"[{"name":"a","paths":["x"],"weight":1},{"name":"b","paths":["y"]}]"#,
                "sources: expected a weight for every source or for none"
            ),
            (
                #"[{"name":"a","paths":["x"]},{"name":"a","paths":["y"]}]"#,
                "sources: expected distinct names"
            ),
            (
                #"[{"name":"a","paths":[]}]"#,
                "source 1: source: field 'paths': expected paths of files, found an array of 0"
            ),
            (
                #"[{"name":"a","paths":["-"]}]"#,
                "source 1: source: field 'paths': expected paths of files, found an array of 1"
            ),
            (
                #"[{"name":"a","paths":["x"],"weight":0}]"#,
                "source 1: source: field 'weight': expected an integer from 1 to 1000000000, found 0"
            ),
            (
                #"[{"name":"a","paths":["x"],"formats":"csv"}]"#,
                "source 1: source: unknown field 'formats'"
            ),
        ])
    func wrongList(_ list: String, _ message: String) throws {
        let json = try JSON(parsing: Array("{\"sources\":\(list)}".utf8))
        let error = try #require(throws: MalformedInput.self) {
            try SourceList.sources(json, settings: IngestionSettings()).count
        }
        #expect(error.description == message)
    }
}
