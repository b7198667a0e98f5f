import Corpus
import Foundation
import Storage
import Testing

@Suite("Curation")
struct CurationTests {
    private func settings(_ change: (inout CurationSettings) -> Void) -> CurationSettings {
        var settings = CurationSettings()
        change(&settings)
        return settings
    }

    private func document(_ text: String) -> Document {
        Document(source: "d", bytes: Array(text.utf8))
    }

    /// Why each of the texts is left out, judged one after another.
    private func reasons(
        _ texts: [String], _ settings: CurationSettings, against held: [String] = []
    ) -> [DropReason?] {
        var index = ContaminationIndex(words: settings.contaminationWords)
        for text in held { index.add(Array(text.utf8)) }
        var curator = Curator(settings, contamination: index)
        return texts.map { curator.judge(document($0)) }
    }

    /// A text of numbered words.
    private func words(_ range: Range<Int>, _ prefix: String = "word") -> String {
        range.map { "\(prefix)\($0)" }.joined(separator: " ")
    }

    @Test("keeps everything unless told otherwise")
    func defaults() {
        #expect(reasons(["a", "a", "#"], CurationSettings()) == [nil, nil, nil])
    }

    @Test("a sample has its part of the documents and does not depend on the others")
    func sample() {
        let tenth = settings { $0.sample = 100_000 }
        let texts = (0..<2000).map { "text \($0)" }
        let kept = zip(texts, reasons(texts, tenth)).filter { $0.1 == nil }.map(\.0)
        #expect((140...260).contains(kept.count))
        #expect(reasons(kept.reversed(), tenth).allSatisfy { $0 == nil })
        let other = settings {
            $0.sample = 100_000; $0.seed = 1
        }
        #expect(!reasons(kept, other).allSatisfy { $0 == nil })
        let held = HeldOutRule(partsPerMillion: 500_000, seed: 0)
        let heldOut = kept.filter { held.holdsOut(.init(hashing: Array($0.utf8))) }
        #expect((0.3...0.7).contains(Double(heldOut.count) / Double(kept.count)))
    }

    @Test("leaves out what is too short or too long")
    func lengths() {
        let limits = settings {
            $0.minimumBytes = 3; $0.maximumBytes = 8; $0.minimumWords = 2
        }
        #expect(
            reasons(["ab", "a b", "ab cd efg", "abcdef"], limits)
                == [.tooFewBytes, nil, .tooManyBytes, .tooFewWords])
    }

    @Test("leaves out what has too few letters and numbers")
    func letters() {
        let half = settings { $0.minimumLetters = 500_000 }
        #expect(
            reasons(["ab--", "ab---", "äö 十 ---", "--"], half) == [
                nil, .tooFewLetters, nil, .tooFewLetters,
            ])
    }

    @Test(
        "keeps Gopher's rules",
        arguments: [
            (String(repeating: "the matter of words ", count: 20), nil),
            ("the matter of words", DropReason.gopherWords),
            (String(repeating: "a to of it ", count: 20), .gopherWordLength),
            (String(repeating: "the #matter of words ", count: 20), .gopherSymbols),
            (String(repeating: "the matter of... words ", count: 20), .gopherSymbols),
            (String(repeating: "- the matter of many words\n", count: 20), .gopherBullets),
            (
                String(
                    repeating: "the matter of so very many long words, or thirteen of them…\n",
                    count: 9),
                .gopherEllipses
            ),
            (String(repeating: "the 1234 of 5678 ", count: 20), .gopherLetters),
            (String(repeating: "the matter is known ", count: 20), .gopherStopWords),
            (String(repeating: "The matter. «of» words ", count: 20), nil),
        ] as [(String, DropReason?)])
    func gopher(_ text: String, _ reason: DropReason?) {
        #expect(reasons([text], settings { $0.filters = [.gopher] }) == [reason])
    }

    @Test("leaves out texts that repeat themselves")
    func repetition() {
        let chosen = settings { $0.filters = [.repetition] }
        let fine = (0..<10).map { "line \($0)\n" }.joined()
        let paragraphs = "a\n\nb\n\na\n\nc\n\na\n\nd\n\na"
        #expect(
            reasons([fine, fine + "line 1\nline 2", fine + fine, paragraphs], chosen)
                == [nil, nil, .repeatedLines, .repeatedLines])
        let text = (0..<40).map { "line \($0)\n" }.joined() + "\nshort\n\nshort"
        #expect(reasons([text], chosen) == [.repeatedParagraphs])
    }

    @Test("keeps the first of documents with the same bytes, or the same words")
    func duplicates() {
        let texts = ["One two.", "One two.", "one, two", "one two three", "", "«»", "«»"]
        let exact = settings { $0.duplicates = [.exact] }
        #expect(
            reasons(texts, exact) == [nil, .duplicate, nil, nil, .tooFewBytes, nil, .duplicate])
        let same = settings { $0.duplicates = [.words] }
        #expect(
            reasons(texts, same)
                == [nil, .duplicate, .duplicate, nil, .tooFewBytes, nil, .duplicate])
    }

    @Test("keeps the first of documents that are much alike")
    func nearDuplicates() {
        let near = settings { $0.duplicates = [.near] }
        let text = words(0..<400)
        let changed = text.replacing("word200 ", with: "other ")
        let half = words(200..<600)
        #expect(
            reasons([text, changed, half, text.uppercased(), "too short"], near)
                == [nil, .nearDuplicate, nil, .nearDuplicate, nil])
    }

    @Test("finds near duplicates about as often as the parameters say")
    func nearDuplicateRates() {
        let near = settings { $0.duplicates = [.near] }
        // Of 100 runs in either text 89 are common: s = 0.8; and 66: s = 0.5.
        for (common, expected) in [(93, 0.85...1.0), (70, 0.0...0.15)] {
            let found = (0..<100).filter { trial in
                let shared = words(0..<common, "t\(trial)x")
                let rest = 104 - common
                let pair = [
                    shared + " " + words(0..<rest, "a\(trial)x"),
                    shared + " " + words(0..<rest, "b\(trial)x"),
                ]
                return reasons(pair, near)[1] != nil
            }
            #expect(expected.contains(Double(found.count) / 100), "\(common): \(found.count)")
        }
    }

    @Test("leaves out what shares a run of words with a text to be measured on")
    func contamination() {
        let held = [words(0..<30), "too short to be found"]
        let texts = [
            "before " + words(5..<18) + " after", "before " + words(5..<17) + " after",
            words(100..<200) + " WORD5, " + words(6..<18).replacing(" ", with: "-"),
            "too short to be found",
        ]
        #expect(
            reasons(texts, CurationSettings(), against: held)
                == [.contaminated, nil, .contaminated, nil])
        var index = ContaminationIndex(words: 13)
        for text in held { index.add(Array(text.utf8)) }
        #expect(index.texts == 2 && index.short == 1)
    }

    @Test("each character is a word where words are not divided")
    func undivided() {
        let same = settings { $0.duplicates = [.words] }
        #expect(
            reasons(["漢字 かな", "漢 字かな", "สวัส ดี", "สวัสดี", "한국 어", "한국어"], same)
                == [nil, .duplicate, nil, .duplicate, nil, nil])
    }

    @Test("counts what it leaves out")
    func counts() {
        var curator = Curator(
            settings {
                $0.duplicates = [.exact]; $0.minimumBytes = 2
            })
        for text in ["abc", "abc", "abc", "x"] { _ = curator.judge(document(text)) }
        #expect(
            curator.dropped.keys.sorted { $0.rawValue < $1.rawValue } == [.duplicate, .tooFewBytes])
        #expect(curator.dropped[.duplicate]?.documents == 2)
        #expect(curator.dropped[.duplicate]?.bytes == 6)
    }

    @Test("a set of fingerprints keeps all of them while it grows", arguments: [1, 2])
    func fingerprints(_ lanes: Int) {
        var set = FingerprintSet(lanes: lanes)
        let keys = (0..<5000).map { UInt64($0) &* 0x9E37_79B9_7F4A_7C15 }
        for key in keys {
            let isNew = set.insert(key, lanes == 2 ? ~key : 0)
            #expect(isNew)
        }
        #expect(set.count == 5000)
        #expect(keys.allSatisfy { set.contains($0, lanes == 2 ? ~$0 : 0) })
        #expect(!set.contains(12345, 1) && (lanes == 1 || !set.contains(keys[7], keys[7])))
    }
}
