import Encodings
import Testing

@Suite("text encodings")
struct TextTests {
    @Test("hex is lower case, two digits a byte")
    func hex() {
        #expect(Hex.encode([0x00, 0x9A, 0xFF]) == "009aff")
        #expect(Hex.decode("009aff") == [0x00, 0x9A, 0xFF])
        for text in ["0", "0g", "AA", "0x", " 00", "é"] { #expect(Hex.decode(text) == nil) }
    }

    @Test(
        "Base64 known answers (RFC 4648 section 10)",
        arguments: [
            ("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foob", "Zm9vYg=="),
            ("fooba", "Zm9vYmE="), ("foobar", "Zm9vYmFy"),
        ])
    func base64(plain: String, text: String) {
        #expect(Base64.encode(Array(plain.utf8)) == text)
        #expect(Base64.decode(text) == Array(plain.utf8))
    }

    @Test(
        "Base64 has one spelling: no missing padding, no stray bits, no line breaks",
        arguments: [
            "Zg", "Zg=", "Zh==", "Zm9=", "Zm9v\n", "Z===", "====", "Zg==Zg==", "Zm-_", "A", "AB=C",
        ])
    func base64Refusals(text: String) {
        #expect(Base64.decode(text) == nil)
    }

    @Test(
        "Base58 known answers",
        arguments: [
            ("", ""), ("00", "1"), ("0000", "11"), ("61", "2g"), ("626262", "a3gV"),
            (
                "00eb15231dfceb60925886b67d065299925915aeb172c06647",
                "1NS17iag9jJgTHD1VXjvLCEnZuQ3rJDE9L"
            ),
            ("73696d706c792061206c6f6e6720737472696e67", "2cFupjhnEsSn59qHXstmK2ffpLv2"),
        ])
    func base58(hex: String, text: String) {
        #expect(Hex.decode(hex).map(Base58.encode) == text)
        #expect(Base58.decode(text) == Hex.decode(hex))
    }

    @Test(
        "Base58 refuses other characters and overlong text", arguments: ["0", "O", "I", "l", "a b"])
    func base58Refusals(text: String) {
        #expect(Base58.decode(text) == nil)
        #expect(Base58.decode(String(repeating: "2", count: 1025)) == nil)
    }

    @Test("32 bytes are read from Base58 as any bytes are, and nothing else is", arguments: 0..<40)
    func base58Of32(seed: Int) throws {
        var bytes = (0..<32).map { UInt8(truncatingIfNeeded: ($0 &+ 7) &* 151 &* (seed &+ 3)) }
        for place in 0..<(seed % 5) * 8 { bytes[place] = seed.isMultiple(of: 2) ? 0 : 255 }
        let text = Base58.encode(bytes)
        #expect(Base58.decodeBytes32(text)?.array == bytes)
        for other in ["1" + text, String(text.dropFirst()), text + "2", text + "0", "é" + text] {
            let decoded = Base58.decode(other)
            #expect(Base58.decodeBytes32(other)?.array == (decoded?.count == 32 ? decoded : nil))
        }
    }

    @Test("32 bytes compare, hash and read as their bytes do")
    func bytes32() throws {
        let low = try #require(Bytes32((0..<32).map { UInt8($0) }))
        let high = try #require(Bytes32((0..<32).map { UInt8($0 == 9 ? 200 : $0) }))
        #expect(low < high && !(high < low) && low != high)
        #expect(Bytes32(hex: Hex.encode(low.array)) == low)
        #expect(Bytes32(hex: Hex.encode(low.array).uppercased()) == nil)
        #expect(Bytes32(hex: String(Hex.encode(low.array).dropLast())) == nil)
        #expect(Bytes32([UInt8](repeating: 1, count: 31)) == nil)
        #expect(Set([low, high, low]).count == 2)
    }

    @Test("amounts are decimal digits with one spelling")
    func amounts() {
        #expect(Amount.parse("0") == 0)
        #expect(Amount.parse("18446744073709551615") == .max)
        for text in ["", "00", "01", "-1", "+1", "1.0", "18446744073709551616", "1e3", " 1", "١"] {
            #expect(Amount.parse(text) == nil)
        }
        #expect(Amount.json(1000) == "1000")
    }

    @Test("numbers become little-endian bytes and come back")
    func littleEndian() {
        #expect(LittleEndian.bytes(of: [Float(1), -2]) == [0, 0, 0x80, 0x3F, 0, 0, 0, 0xC0])
        #expect(LittleEndian.bytes(of: UInt64(258)) == [2, 1, 0, 0, 0, 0, 0, 0])
        let bytes: [UInt8] = [9, 1, 0, 2, 0]
        #expect(LittleEndian.numbers(from: bytes[1...], as: UInt16.self) == [1, 2])
        #expect(LittleEndian.floats(from: []) == [])
        #expect(LittleEndian.integer(from: [0x34, 0x12, 0x00]) == 0x1234)
    }
}
