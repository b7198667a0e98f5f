import Artifacts
import Encodings
import Numerics

extension WeightFiles.Place {
    /// Numbers read at a time.
    private static let chunk = 1 << 20

    /// How the tensor's numbers are kept; others than floats of 16 or 32 bits are refused.
    func format() throws(MalformedInput) -> FloatFormat {
        guard let format = FloatFormat(tensor.dtype) else {
            throw failure("expected dtype F32, BF16 or F16, found \(tensor.dtype.rawValue)")
        }
        return format
    }

    /// Reads the tensor's numbers, all of which must be finite.
    func read(into view: FloatView) throws {
        try forEachChunk { start, floats in
            view[start..<start + floats.count].copy(from: floats)
        }
    }

    /// Calls `body` with the index of the first of some numbers, and these, until all have been.
    func forEachChunk(_ body: (Int, [Float]) throws -> Void) throws {
        let format = try format()
        let range = tensor.range
        var start = 0
        while start < range.count {
            let end = min(start + Self.chunk * format.size, range.count)
            let floats = format.widened(
                try file.bytes(in: range.lowerBound + start..<range.lowerBound + end))
            guard floats.allSatisfy(\.isFinite) else {
                throw failure("expected finite numbers")
            }
            try body(start / format.size, floats)
            start = end
        }
    }

    /// Whether the bytes are those of `other`, a tensor of the same type and shape.
    func hasSameBytes(as other: WeightFiles.Place) throws -> Bool {
        guard tensor.dtype == other.tensor.dtype, tensor.shape == other.tensor.shape else {
            return false
        }
        let (range, otherRange) = (tensor.range, other.tensor.range)
        for start in stride(from: 0, to: range.count, by: Self.chunk) {
            let end = min(start + Self.chunk, range.count)
            let bytes = try file.bytes(in: range.lowerBound + start..<range.lowerBound + end)
            let others = try other.file.bytes(
                in: otherRange.lowerBound + start..<otherRange.lowerBound + end)
            guard bytes == others else { return false }
        }
        return true
    }
}
