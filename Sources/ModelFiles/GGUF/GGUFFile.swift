import Encodings
import Numerics
import Storage

/// A GGUF file, version 3, with the default alignment.
struct GGUFFile {
    /// What every tensor's offset is a multiple of.
    static let alignment = 32

    var metadata = GGUFMetadata()
    var tensors: [GGUFTensor] = []

    /// Writes the file; of the tensors about a million numbers at a time are held.
    func write(to sink: inout some ByteSink & ~Copyable) throws {
        try sink.write(head)
        for tensor in tensors {
            try write(tensor, to: &sink)
            try sink.write(Self.padding(after: tensor.byteCount))
        }
    }

    /// Everything before the tensors' bytes.
    private var head: [UInt8] {
        var bytes = Array("GGUF".utf8) + LittleEndian.bytes(of: [UInt32(3)])
        bytes += LittleEndian.bytes(of: [UInt64(tensors.count), UInt64(metadata.count)])
        bytes += metadata.bytes
        var offset = 0
        for tensor in tensors {
            bytes += GGUFMetadata.string(tensor.name)
            bytes += LittleEndian.bytes(of: [UInt32(tensor.shape.count)])
            // The fastest dimension comes first.
            bytes += LittleEndian.bytes(of: tensor.shape.reversed().map { UInt64($0) })
            bytes += LittleEndian.bytes(of: [tensor.format.tensorType])
            bytes += LittleEndian.bytes(of: UInt64(offset))
            offset += tensor.byteCount + Self.padding(after: tensor.byteCount).count
        }
        return bytes + Self.padding(after: bytes.count)
    }

    private func write(
        _ tensor: GGUFTensor, to sink: inout some ByteSink & ~Copyable
    ) throws {
        let rows = tensor.values.count / tensor.width
        // Blocks never cross rows, so any number of rows is a whole number of blocks.
        let step = max(1, ModelExport.chunk / tensor.width)
        for start in stride(from: 0, to: rows, by: step) {
            let floats = tensor.rows(start..<min(start + step, rows))
            try sink.write(encoded(floats, of: tensor))
        }
    }

    private func encoded(
        _ floats: [Float], of tensor: GGUFTensor
    ) throws(MalformedInput) -> [UInt8] {
        do throws(FloatFormat.OutOfRange) {
            return try tensor.format.encoded(floats)
        } catch {
            throw error.failure(of: tensor.name, in: tensor.format.rawValue)
        }
    }

    private static func padding(after count: Int) -> [UInt8] {
        [UInt8](repeating: 0, count: (alignment - count % alignment) % alignment)
    }
}
