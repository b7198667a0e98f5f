/// How the places of `kept` of `length` elements are written: the gaps between them as Rice codes.
///
/// A gap is the number of elements left out before the next one sent. Its Rice code of parameter b
/// is ⌊gap / 2^b⌋ zeros, a one, and the b low bits. The parameter follows from the counts: it is the
/// largest b with 100 · kept · 2^b ≤ 69 · (length − kept), or 0, as ln 2 times the mean gap is
/// best for gaps that fall off geometrically. Where every element is sent nothing is written.
struct IndexCoding {
    /// Elements sent.
    let kept: Int
    /// Elements they are chosen from.
    let length: Int
    /// The low bits of a gap written as they are.
    let parameter: Int

    /// The coding of the places of `kept` of `length` elements.
    init(kept: Int, of length: Int) {
        self.kept = kept
        self.length = length
        var parameter = 0
        while 100 * kept << (parameter + 1) <= 69 * (length - kept) { parameter += 1 }
        self.parameter = parameter
    }

    /// The most bits the places take.
    var bitLimit: Int {
        kept == length ? 0 : kept * (parameter + 1) + (length - kept) >> parameter
    }

    /// The bits that the places take.
    func bits(of indices: [UInt16]) -> Int {
        guard kept < length else { return 0 }
        var (bits, next) = (kept * (parameter + 1), 0)
        for index in indices {
            bits += (Int(index) - next) >> parameter
            next = Int(index) + 1
        }
        return bits
    }

    /// Writes the places, which ascend.
    func write(_ indices: [UInt16], to writer: inout BitWriter) {
        guard kept < length else { return }
        let mask = 1 << parameter - 1
        var next = 0
        for index in indices {
            let gap = Int(index) - next
            writer.append(zeros: gap >> parameter)
            writer.append(UInt64(gap & mask) << 1 | 1, bits: parameter + 1)
            next = Int(index) + 1
        }
    }

    /// Reads the places; false if one lies beyond the chunk.
    func read(from reader: inout BitReader, into indices: inout [UInt16]) -> Bool {
        let first = indices.count
        indices.append(contentsOf: repeatElement(0, count: kept))
        var places = indices.mutableSpan
        guard kept < length else {
            for index in 0..<length { places[first + index] = UInt16(truncatingIfNeeded: index) }
            return true
        }
        let (mask, limit): (UInt64, Int) = (1 << UInt64(parameter) - 1, length >> parameter)
        var (place, next) = (first, 0)
        while place < first + kept {
            // As many codes as one load has, which wait for no memory.
            var (word, left, gap) = (reader.peek(), BitReader.peeked, 0)
            let start = place
            while place < first + kept {
                let zeros = word.trailingZeroBitCount
                let bits = zeros + 1 + parameter
                guard bits <= left else { break }
                gap = zeros << parameter | Int(word >> UInt64(zeros + 1) & mask)
                guard gap < length - next else { return false }
                places[place] = UInt16(truncatingIfNeeded: next + gap)
                next += gap + 1
                place += 1
                word >>= UInt64(bits)
                left -= bits
            }
            reader.skip(BitReader.peeked - left)
            guard place == start else { continue }
            gap = reader.riceCode(parameter: parameter, quotientLimit: limit)
            guard gap < length - next else { return false }
            places[place] = UInt16(truncatingIfNeeded: next + gap)
            next += gap + 1
            place += 1
        }
        return true
    }
}
