import Encodings

/// Decodes a tensor chunk after chunk, so that several can be merged side by side.
package struct ChunkCursor: Sendable {
    private let codec: TensorCodec
    private let encoded: EncodedTensor
    private let count: Int
    private var position = 0
    /// The number of the next chunk.
    package private(set) var next = 0

    /// The beginning of `encoded`, a tensor of `count` elements.
    package init(_ encoded: EncodedTensor, count: Int, codec: TensorCodec) {
        self.codec = codec
        self.encoded = encoded
        self.count = count
    }

    /// Decodes the next chunk into `chunk`; false if there are no more.
    ///
    /// The tensor must be one that an encoder wrote.
    package mutating func advance(into chunk: inout DecodedChunk) -> Bool {
        switch read(into: &chunk, checks: false) {
        case .chunk: return true
        case .end: return false
        case .fault: preconditionFailure("a chunk that no encoder writes")
        }
    }

    /// Reads what remains and refuses what no encoder writes.
    mutating func check(named name: String) throws(MalformedInput) {
        var chunk = DecodedChunk()
        while true {
            let number = next
            switch read(into: &chunk, checks: true) {
            case .chunk: continue
            case .fault:
                throw MalformedInput("tensor '\(name)': chunk \(number) is not as encoders write")
            case .end:
                return try checkEnd(named: name)
            }
        }
    }

    private enum Step { case chunk, end, fault }

    /// Decodes the next chunk, or `checks` it.
    private mutating func read(into chunk: inout DecodedChunk, checks: Bool) -> Step {
        chunk.indices.removeAll(keepingCapacity: true)
        chunk.values.removeAll(keepingCapacity: true)
        let range = codec.range(ofChunk: next, of: count)
        guard !range.isEmpty else { return .end }
        next += 1
        chunk.start = range.lowerBound
        return unsafe encoded.bytes.withUnsafeBytes { bytes in
            var reader = unsafe BitReader(bytes, position: position)
            defer { position = reader.position }
            let mark = Int(reader.take(codec.values.markBits))
            if mark > 0 {
                let kept = codec.keptCount(range.count)
                let coding = DecodedChunk.Coding(
                    format: codec.values, mark: mark,
                    second: Int(reader.take(codec.values.secondBits)))
                let places = IndexCoding(kept: kept, of: range.count)
                guard places.read(from: &reader, into: &chunk.indices) else { return .fault }
                if checks {
                    guard chunk.checkValues(kept, coding, from: &reader) else { return .fault }
                } else {
                    chunk.readValues(kept, coding, from: &reader)
                }
            }
            return reader.isExhausted ? .fault : .chunk
        }
    }

    /// Nothing may follow the last chunk but the zeros that fill its byte.
    private func checkEnd(named name: String) throws(MalformedInput) {
        let used = (position + 7) / 8
        guard encoded.bytes.count == used else {
            throw MalformedInput(
                "tensor '\(name)': expected \(used) bytes, found \(encoded.bytes.count)")
        }
        if position % 8 != 0, let last = encoded.bytes.last, last >> UInt8(position % 8) != 0 {
            throw MalformedInput("tensor '\(name)': expected unused bits to be zero")
        }
    }
}
