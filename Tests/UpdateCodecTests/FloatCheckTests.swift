import Encodings
import Numerics
import Testing
import UpdateCodec

@Suite("Values of 32 bits in an update")
struct FloatCheckTests {
    /// Chunks of such sizes begin at every place in a byte.
    static let counts = [1, 7, 8, 9, 31, 64, 100, 257]

    func encoded(_ values: [Float]) -> EncodedTensor {
        TensorCodec(chunk: 16, keep: 16, values: .float32).encode(FloatView(copying: values))
    }

    func check(_ bytes: [UInt8], count: Int) throws(MalformedInput) {
        try TensorCodec(chunk: 16, keep: 16, values: .float32)
            .check(EncodedTensor(bytes: bytes[...]), count: count, named: "t")
    }

    @Test("are checked wherever they begin", arguments: counts)
    func sound(count: Int) throws {
        let values = (0..<count).map { Float($0) - 50.5 }
        try check(Array(encoded(values).bytes), count: count)
    }

    @Test("that are infinite, no number or a negative zero are refused, in every place")
    func unsound() throws {
        let count = 40
        let values = (0..<count).map { Float($0) + 1 }
        for place in 0..<count {
            for wrong in [Float.infinity, -.infinity, .nan, -0.0] {
                var changed = values
                changed[place] = Float(bitPattern: 0x3F80_0000 | UInt32(place))
                let bytes = Array(encoded(changed).bytes)
                // The code of the element, found by what another one changes.
                changed[place] = Float(bitPattern: ~changed[place].bitPattern)
                let other = Array(encoded(changed).bytes)
                let bits = (0..<8 * bytes.count).filter { bit in
                    let difference = bytes[bit / 8] ^ other[bit / 8]
                    return difference >> UInt8(bit % 8) & 1 == 1
                }
                #expect(bits.count == 32)
                var spoiled = bytes
                for (number, bit) in bits.enumerated() {
                    let mask = UInt8(1) << UInt8(bit % 8)
                    if wrong.bitPattern >> UInt32(number) & 1 == 1 {
                        spoiled[bit / 8] |= mask
                    } else {
                        spoiled[bit / 8] &= ~mask
                    }
                }
                #expect(throws: MalformedInput.self, "\(wrong) in place \(place)") {
                    try check(spoiled, count: count)
                }
            }
        }
    }
}
