/// Base58 in the Bitcoin alphabet, as Solana writes keys and signatures.
///
/// Numbers are converted between words of 32 bits and groups of five digits.
package enum Base58 {
    /// The longest text that is decoded; the work grows with the square of the length.
    package static let maximumTextLength = 1024

    /// The values of a group of digits: 58^5.
    private static let groupSize: UInt64 = 656_356_768
    private static let groupLength = 5

    /// The text of `bytes`, with one `1` for each leading zero byte.
    package static func encode(_ bytes: [UInt8]) -> String {
        let zeros = bytes.prefix { $0 == 0 }.count
        var groups: [UInt64] = []
        groups.reserveCapacity(bytes.count / 3 + 1)
        var rest = bytes[zeros...]
        while !rest.isEmpty {
            let count = (rest.count - 1) % 4 + 1
            var carry = rest.prefix(count).reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
            rest = rest.dropFirst(count)
            for place in groups.indices {
                carry += groups[place] << 32
                (carry, groups[place]) = carry.quotientAndRemainder(dividingBy: groupSize)
            }
            while carry > 0 {
                groups.append(carry % groupSize)
                carry /= groupSize
            }
        }
        var digits: [UInt8] = []
        digits.reserveCapacity(groups.count * groupLength)
        for group in groups {
            var value = group
            for _ in 0..<groupLength {
                digits.append(alphabet[Int(value % 58)])
                value /= 58
            }
        }
        while digits.last == alphabet[0] { digits.removeLast() }
        let text = [UInt8](repeating: alphabet[0], count: zeros) + digits.reversed()
        return String(decoding: text, as: UTF8.self)
    }

    /// The bytes that `text` spells, or nil if it is longer than `limit` or has another character.
    package static func decode(_ text: String, limit: Int = maximumTextLength) -> [UInt8]? {
        let symbols = Array(text.utf8)
        guard symbols.count <= limit else { return nil }
        let zeros = symbols.prefix { $0 == alphabet[0] }.count
        var words: [UInt64] = []
        words.reserveCapacity(symbols.count / groupLength + 1)
        var rest = symbols[zeros...]
        while !rest.isEmpty {
            let count = (rest.count - 1) % groupLength + 1
            var carry: UInt64 = 0
            for symbol in rest.prefix(count) {
                let value = values[Int(symbol)]
                guard value < 58 else { return nil }
                carry = carry * 58 + UInt64(value)
            }
            rest = rest.dropFirst(count)
            for place in words.indices {
                carry += words[place] * groupSize
                words[place] = carry & 0xFFFF_FFFF
                carry >>= 32
            }
            if carry > 0 { words.append(carry) }
        }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(words.count * 4)
        for word in words {
            for shift in stride(from: UInt64(0), to: 32, by: 8) {
                bytes.append(UInt8(truncatingIfNeeded: word >> shift))
            }
        }
        while bytes.last == 0 { bytes.removeLast() }
        return [UInt8](repeating: 0, count: zeros) + bytes.reversed()
    }

    /// The 32 bytes that `text` spells, or nil if it spells anything else.
    package static func decodeBytes32(_ text: String) -> Bytes32? {
        // 58^44 is more than 2^256.
        guard text.utf8.count <= 44 else { return nil }
        var words = SIMD8<UInt64>.zero
        var (zeros, isLeading, length) = (0, true, 0)
        var (group, scale) = (UInt64(0), UInt64(1))
        for symbol in text.utf8 {
            let value = values[Int(symbol)]
            guard value < 58 else { return nil }
            isLeading = isLeading && value == 0
            if isLeading { zeros += 1 }
            (group, scale, length) = (group * 58 + UInt64(value), scale * 58, length + 1)
            guard length == groupLength else { continue }
            guard add(group, after: scale, to: &words) else { return nil }
            (group, scale, length) = (0, 1, 0)
        }
        guard add(group, after: scale, to: &words) else { return nil }
        // As many zeros as there are ones at the start, and no more: there is one spelling.
        var (place, leading) = (7, 0)
        while place >= 0, words[place] == 0 { (place, leading) = (place - 1, leading + 4) }
        if place >= 0 { leading += (words[place].leadingZeroBitCount - 32) / 8 }
        guard leading == zeros else { return nil }
        return Bytes32(words: words)
    }

    /// Multiplies words of 32 bits, the least significant first, by `scale` and adds `group`; false if
    /// they cannot hold that.
    private static func add(
        _ group: UInt64, after scale: UInt64, to words: inout SIMD8<UInt64>
    ) -> Bool {
        var carry = group
        for place in 0..<8 {
            carry += words[place] * scale
            words[place] = carry & 0xFFFF_FFFF
            carry >>= 32
        }
        return carry == 0
    }

    private static let alphabet = Array(
        "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz".utf8)

    /// The value of each character, 255 of those that are no digit.
    private static let values: [UInt8] = {
        var values = [UInt8](repeating: 255, count: 256)
        for (value, symbol) in alphabet.enumerated() { values[Int(symbol)] = UInt8(value) }
        return values
    }()
}
