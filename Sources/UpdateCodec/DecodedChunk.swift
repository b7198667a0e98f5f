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
    /// What every code of a chunk is read by.
    struct Coding {
        let format: ValueFormat
        let mark: Int
        let second: Int
    }

    /// Reads the codes of the elements sent, after the mark, and says whether an encoder writes them.
    ///
    /// The codes may stand in `values` as bit patterns afterwards.
    mutating func checkValues(
        _ kept: Int, _ coding: Coding, from reader: inout BitReader
    ) -> Bool {
        switch coding.format {
        case .float32: return reader.takesFloats(kept)
        case .sign, .unitSign:
            reader.skip(kept)
            return true
        case .float16, .int8, .fp4, .twoBit: readCodes(kept, coding, from: &reader)
        }
        return switch coding.format {
        case .float16: hasHalfFloats()
        case .int8: hasIntegers(coding)
        case .fp4: hasExponents(coding)
        default: hasTwoLevels(coding)
        }
    }

    /// Reads the values of the elements sent, after the mark, of codes that were checked.
    mutating func readValues(_ kept: Int, _ coding: Coding, from reader: inout BitReader) {
        switch coding.format {
        case .float32: readCodes(kept, coding, from: &reader)
        case .float16:
            decode(kept, coding, from: &reader) { HalfFloat.value(UInt16(truncatingIfNeeded: $0)) }
        case .int8:
            let scale = ScaleGrid.magnitudes[coding.mark]
            decode(kept, coding, from: &reader) {
                Float(Int8(truncatingIfNeeded: $0)) * scale
            }
        case .fp4:
            let table = (0..<16).map { code -> Float in
                let exponent = code & 7
                let magnitude =
                    exponent == 0 ? 0 : Exponents.magnitude(exponent, mark: coding.mark)
                return code < 8 ? magnitude : -magnitude
            }
            decode(kept, coding, from: &reader) { table[Int($0)] }
        case .twoBit:
            let levels = [coding.second, coding.mark].map { ScaleGrid.magnitudes[$0] }
            let table = [levels[0], -levels[0], levels[1], -levels[1]]
            decode(kept, coding, from: &reader) { table[Int($0)] }
        case .sign: readSigns(kept, of: ScaleGrid.magnitudes[coding.mark], from: &reader)
        case .unitSign: readSigns(kept, of: 1, from: &reader)
        }
    }

    /// The codes of all elements sent, as bit patterns.
    private mutating func readCodes(
        _ kept: Int, _ coding: Coding, from reader: inout BitReader
    ) {
        values.append(contentsOf: repeatElement(0, count: kept))
        var codes = values.mutableSpan
        reader.take(coding.format.bits, into: &codes)
    }

    /// In two loops without a branch: the codes, then what they stand for.
    @inline(__always)
    private mutating func decode(
        _ kept: Int, _ coding: Coding, from reader: inout BitReader, _ value: (UInt32) -> Float
    ) {
        readCodes(kept, coding, from: &reader)
        var decoded = values.mutableSpan
        for place in 0..<kept { decoded[place] = value(decoded[place].bitPattern) }
    }

    private mutating func readSigns(
        _ kept: Int, of magnitude: Float, from reader: inout BitReader
    ) {
        values.append(contentsOf: repeatElement(magnitude, count: kept))
        var signed = values.mutableSpan
        for start in stride(from: 0, to: kept, by: 32) {
            let count = min(32, kept - start)
            let signs = UInt32(reader.take(count))
            for place in 0..<count {
                signed[start + place] = Float(
                    bitPattern: magnitude.bitPattern | (signs >> UInt32(place)) << 31)
            }
        }
    }
}

/// What encoders write, by code.
extension DecodedChunk {
    /// All finite, no negative zero, and not all zero.
    private func hasHalfFloats() -> Bool {
        let (exponent, sign): (UInt32, UInt32) = (0x7C00, 0x8000)
        var (faults, bits): (UInt32, UInt32) = (0, 0)
        for value in values {
            let code = value.bitPattern
            faults |= code & exponent == exponent ? 1 : 0
            faults |= code == sign ? 1 : 0
            bits |= code
        }
        return faults == 0 && bits != 0
    }

    private func hasIntegers(_ coding: Coding) -> Bool {
        var (least, largest): (Int32, Int32) = (0, 0)
        for value in values {
            let units = Int32(Int8(truncatingIfNeeded: value.bitPattern))
            least = min(least, units)
            largest = max(largest, abs(units))
        }
        // The least scale that is large enough brings the largest magnitude to 116 or more.
        return least >= -127 && largest >= (coding.mark == 1 ? 1 : 116)
    }

    private func hasExponents(_ coding: Coding) -> Bool {
        guard coding.mark <= Exponents.markLimit else { return false }
        var (faults, largest): (UInt32, UInt32) = (0, 0)
        for value in values {
            faults |= value.bitPattern == 8 ? 1 : 0
            largest = max(largest, value.bitPattern & 7)
        }
        return faults == 0 && (largest == 7 || coding.mark == 1 && largest > 0)
    }

    private func hasTwoLevels(_ coding: Coding) -> Bool {
        guard coding.second <= coding.mark else { return false }
        var (negativeLow, high): (Int32, Int32) = (0, 0)
        for value in values {
            negativeLow += value.bitPattern == 1 ? 1 : 0
            high += Int32(truncatingIfNeeded: value.bitPattern >> 1)
        }
        guard coding.second > 0 || negativeLow == 0 else { return false }
        return coding.second == coding.mark ? high == 0 : high > 0 && high < values.count
    }
}
