import Testing
import Tokenization

@Suite("UTF-8")
struct UTF8DecodingTests {
    @Test(
        "replaces maximal ill-formed parts as the standard library does",
        arguments: [
            [0x61, 0xFF, 0x62], [0xC3], [0xC3, 0x28], [0xE2, 0x82], [0xE2, 0x82, 0x41],
            [0xED, 0xA0, 0x80], [0xF0, 0x9F, 0x92], [0xF4, 0x90, 0x80, 0x80], [0xC0, 0x80],
            [0xE0, 0x80, 0x80], [0xF0, 0x80, 0x80, 0x80], [0x80, 0x80], [0xF0, 0x9F, 0xC3, 0xA9],
        ] as [[UInt8]])
    func repair(_ bytes: [UInt8]) {
        let (text, replacements) = UTF8Decoding.repair(bytes)
        let expected = String(decoding: bytes, as: UTF8.self)
        #expect(text == Array(expected.utf8))
        #expect(replacements == expected.unicodeScalars.count { $0 == "\u{FFFD}" })
    }

    @Test("finds nothing wrong with any character")
    func everyScalar() {
        var text: [UInt8] = []
        for point in stride(from: 0, to: 0x110000 as UInt32, by: 7) {
            guard let scalar = Unicode.Scalar(point) else { continue }
            text += Array(String(Character(scalar)).utf8)
        }
        #expect(UTF8Decoding.firstInvalidByte(in: text.span) == nil)
        #expect(UTF8Decoding.repair(text).text == text)
    }
}
