/// What is sent of one chunk of a tensor.
package struct DecodedChunk: Sendable, Equatable {
    /// The tensor's element that the chunk begins at.
    package var start = 0
    /// The places of the elements sent, counted from `start`, ascending; none if nothing is sent.
    package var indices: [UInt16] = []
    /// Their decoded values, in the same order.
    package var values: [Float] = []

    /// An empty chunk, to decode into.
    package init() {}

    /// Forgets the elements that are zero.
    package mutating func dropZeros() {
        guard values.contains(0) else { return }
        indices = zip(indices, values).filter { $0.1 != 0 }.map(\.0)
        values.removeAll { $0 == 0 }
    }
}

extension DecodedChunk {
    /// Reads the values of the elements sent, after the mark; false if no encoder writes them.
    mutating func readValues(
        _ kept: Int, as format: ValueFormat, mark: Int, second: Int, from reader: inout BitReader
    ) -> Bool {
        switch format {
        case .float32: readFloats(kept, from: &reader)
        case .float16: readHalfFloats(kept, from: &reader)
        case .int8: readIntegers(kept, mark: mark, from: &reader)
        case .fp4: readExponents(kept, mark: mark, from: &reader)
        case .twoBit: readTwoLevels(kept, high: mark, low: second, from: &reader)
        case .sign: readSigns(kept, of: ScaleGrid.magnitudes[mark], from: &reader)
        case .unitSign: readSigns(kept, of: 1, from: &reader)
        }
    }

    /// Appends the values of the next `kept` codes of `bits` bits.
    @inline(__always)
    private mutating func append(
        _ kept: Int, bits: Int, from reader: inout BitReader, _ value: (Int) -> Float
    ) {
        let first = values.count
        values.append(contentsOf: repeatElement(0, count: kept))
        var decoded = values.mutableSpan
        for place in first..<first + kept { decoded[place] = value(Int(reader.take(bits))) }
    }

    private mutating func readFloats(_ kept: Int, from reader: inout BitReader) -> Bool {
        var (isSound, isZero) = (true, true)
        append(kept, bits: 32, from: &reader) { bits in
            let value = Float(bitPattern: UInt32(bits))
            isSound = isSound && value.isFinite && value.bitPattern != 0x8000_0000
            isZero = isZero && value == 0
            return value
        }
        return isSound && !isZero
    }

    private mutating func readHalfFloats(_ kept: Int, from reader: inout BitReader) -> Bool {
        var (isSound, isZero) = (true, true)
        append(kept, bits: 16, from: &reader) { bits in
            isSound = isSound && bits & 0x7C00 != 0x7C00 && bits != 0x8000
            isZero = isZero && bits == 0
            return HalfFloat.value(UInt16(bits))
        }
        return isSound && !isZero
    }

    private mutating func readIntegers(
        _ kept: Int, mark: Int, from reader: inout BitReader
    ) -> Bool {
        let scale = ScaleGrid.magnitudes[mark]
        var (least, largest) = (0, 0)
        append(kept, bits: 8, from: &reader) { bits in
            let units = Int(Int8(bitPattern: UInt8(bits)))
            least = min(least, units)
            largest = max(largest, abs(units))
            return Float(units) * scale
        }
        // The least scale that is large enough brings the largest magnitude to 116 or more.
        return least >= -127 && largest >= (mark == 1 ? 1 : 116)
    }

    private mutating func readExponents(
        _ kept: Int, mark: Int, from reader: inout BitReader
    ) -> Bool {
        guard mark <= Exponents.markLimit else { return false }
        var (isSound, largest) = (true, 0)
        let table = (0..<16).map { code -> Float in
            let magnitude = code & 7 == 0 ? 0 : Exponents.magnitude(code & 7, mark: mark)
            return code < 8 ? magnitude : -magnitude
        }
        append(kept, bits: 4, from: &reader) { code in
            isSound = isSound && code != 8
            largest = max(largest, code & 7)
            return table[code]
        }
        return isSound && (largest == 7 || mark == 1 && largest > 0)
    }

    private mutating func readTwoLevels(
        _ kept: Int, high: Int, low: Int, from reader: inout BitReader
    ) -> Bool {
        guard low <= high else { return false }
        let levels = (low: ScaleGrid.magnitudes[low], high: ScaleGrid.magnitudes[high])
        let table = [levels.low, -levels.low, levels.high, -levels.high]
        var seen = [0, 0, 0, 0]
        append(kept, bits: 2, from: &reader) { code in
            seen[code] += 1
            return table[code]
        }
        guard low > 0 || seen[1] == 0 else { return false }
        let highCount = seen[2] + seen[3]
        return low == high ? highCount == 0 : highCount > 0 && highCount < kept
    }

    private mutating func readSigns(
        _ kept: Int, of magnitude: Float, from reader: inout BitReader
    ) -> Bool {
        let first = values.count
        values.append(contentsOf: repeatElement(magnitude, count: kept))
        var signed = values.mutableSpan
        for start in stride(from: 0, to: kept, by: 32) {
            let count = min(32, kept - start)
            let signs = UInt32(reader.take(count))
            for place in 0..<count {
                signed[first + start + place] = Float(
                    bitPattern: magnitude.bitPattern | (signs >> UInt32(place)) << 31)
            }
        }
        return true
    }
}
