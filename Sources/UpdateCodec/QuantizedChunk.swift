/// The values sent of one chunk, as the numbers that are written.
struct QuantizedChunk {
    /// What begins the chunk; 0 if nothing is sent.
    var mark = 0
    /// What follows the mark, in formats that have two numbers a chunk.
    var second = 0
    /// One number an element sent, in ascending order of place.
    var codes: [UInt32] = []
}

extension QuantizedChunk {
    /// Quantises `values`, in which a zero is positive.
    mutating func quantize(_ values: [Float], as format: ValueFormat) {
        codes.removeAll(keepingCapacity: true)
        second = 0
        switch format {
        case .float32:
            codes.append(contentsOf: values.lazy.map { QuantizedChunk.finite($0).bitPattern })
            mark = codes.contains { $0 != 0 } ? 1 : 0
        case .float16:
            codes.append(contentsOf: values.lazy.map { UInt32(HalfFloat.nearest($0)) })
            mark = codes.contains { $0 != 0 } ? 1 : 0
        case .int8: quantizeAsIntegers(values)
        case .fp4: quantizeAsExponents(values)
        case .twoBit: quantizeInTwoLevels(values)
        case .sign:
            mark = ScaleGrid.nearest(meanMagnitude(values))
            codes.append(contentsOf: values.lazy.map { $0 < 0 ? 1 : 0 })
        case .unitSign:
            mark = values.contains { $0 != 0 } ? 1 : 0
            codes.append(contentsOf: values.lazy.map { $0 < 0 ? 1 : 0 })
        }
    }

    /// A finite number as it is, any other as the largest one.
    private static func finite(_ value: Float) -> Float {
        value.isFinite ? value : (value < 0 ? -1 : 1) * .greatestFiniteMagnitude
    }

    /// Two's complement in units of the least scale that reaches the largest magnitude with 127.
    private mutating func quantizeAsIntegers(_ values: [Float]) {
        let largest = values.reduce(0) { max($0, $1.magnitude) }
        mark = ScaleGrid.firstAtLeast(Double(largest), factor: 127)
        guard mark > 0 else { return }
        let scale = ScaleGrid.magnitudes[mark]
        for value in values {
            let units = (value / scale).rounded(.toNearestOrEven)
            let bounded = units.magnitude <= 127 ? units : (units < 0 ? -127 : 127)
            codes.append(UInt32(UInt8(bitPattern: Int8(bounded))))
        }
        if codes.allSatisfy({ $0 == 0 }) { mark = 0 }
    }

    /// A sign bit above three bits: 0, or 7 less the powers of two below the chunk's largest.
    private mutating func quantizeAsExponents(_ values: [Float]) {
        let largest = values.reduce(0) { max($0, $1.magnitude) }
        let top = min(max(Exponents.nearest(largest), Exponents.lowestTop), 127)
        mark = top - Exponents.lowestTop + 1
        for value in values {
            let code = Exponents.code(of: value.magnitude, top: top)
            codes.append(UInt32(code) | (value < 0 && code > 0 ? 8 : 0))
        }
        if codes.allSatisfy({ $0 == 0 }) { mark = 0 }
    }

    /// A sign bit below a bit that says which of two levels; the levels are the means on either
    /// side of a threshold that moves half-way between them twice (Lloyd's algorithm).
    private mutating func quantizeInTwoLevels(_ values: [Float]) {
        var threshold = meanMagnitude(values)
        var (low, high) = means(values, around: threshold)
        for _ in 0..<2 {
            threshold = (low + high) / 2
            (low, high) = means(values, around: threshold)
        }
        mark = ScaleGrid.nearest(high)
        second = ScaleGrid.nearest(low)
        for value in values {
            let isHigh = second < mark && Double(value.magnitude) > threshold
            let isZero = second == 0 && !isHigh
            codes.append((value < 0 && !isZero ? 1 : 0) | (isHigh ? 2 : 0))
        }
    }

    /// The mean magnitudes of the values up to `threshold` and of those above; where there are
    /// none above, the one mean twice.
    private func means(_ values: [Float], around threshold: Double) -> (low: Double, high: Double) {
        var (low, high, above) = (0.0, 0.0, 0)
        for value in values {
            let magnitude = Double(value.magnitude)
            if magnitude > threshold {
                high += magnitude
                above += 1
            } else {
                low += magnitude
            }
        }
        guard above > 0, above < values.count else {
            let mean = (low + high) / Double(values.count)
            return (mean, mean)
        }
        return (low / Double(values.count - above), high / Double(above))
    }

    private func meanMagnitude(_ values: [Float]) -> Double {
        values.reduce(0.0) { $0 + Double($1.magnitude) } / Double(values.count)
    }
}
