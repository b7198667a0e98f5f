package import LanguageModel
import Numerics
package import Rounds
package import UpdateCodec

/// An update as it is read: compressed, one tensor after the other in layout order.
package struct CompressedUpdate: Sendable {
    private let tensors: [Tensor]

    private struct Tensor {
        let encoded: EncodedTensor
        let count: Int
        let codec: TensorCodec
    }

    /// The update of a contribution.
    package init(_ contribution: Contribution, layout: ParameterLayout, codec: UpdateFormat) {
        tensors = zip(layout.tensors, contribution.update).map { tensor, encoded in
            Tensor(
                encoded: encoded, count: tensor.range.count, codec: codec.codec(of: tensor.shape))
        }
    }

    /// A vector cut into tensors of the given sizes, every element as it is.
    package init(_ vector: [Float], tensorSizes: [Int]) {
        let codec = TensorCodec(
            chunk: TensorCodec.chunkLimit, keep: TensorCodec.chunkLimit, values: .float32)
        var rest = vector[...]
        tensors = tensorSizes.map { size in
            let part = FloatView(copying: Array(rest.prefix(size)))
            rest = rest.dropFirst(size)
            return Tensor(encoded: codec.encode(part), count: size, codec: codec)
        }
    }

    /// The beginning of a tensor, to decode chunk after chunk; those of several updates of a model
    /// have the same chunks.
    func cursor(ofTensor number: Int) -> ChunkCursor {
        let tensor = tensors[number]
        return ChunkCursor(tensor.encoded, count: tensor.count, codec: tensor.codec)
    }

    /// All elements sent; those that are zero count as not sent.
    package var decoded: SparseUpdate {
        SparseUpdate(
            tensors: tensors.indices.map { number in
                let limit = tensors[number].codec.keptTotal(tensors[number].count)
                var decoded = SparseTensor()
                decoded.indices.reserveCapacity(limit)
                decoded.values.reserveCapacity(limit)
                var cursor = cursor(ofTensor: number)
                var chunk = DecodedChunk()
                while cursor.advance(into: &chunk) {
                    chunk.dropZeros()
                    let start = UInt32(chunk.start)
                    decoded.indices.append(
                        contentsOf: chunk.indices.lazy.map { start + UInt32($0) })
                    decoded.values.append(contentsOf: chunk.values)
                }
                return decoded
            })
    }

    /// The most elements sent in an update of a model.
    package static func sentLimit(_ layout: ParameterLayout, codec: UpdateFormat) -> Int {
        layout.tensors.reduce(0) { $0 + codec.codec(of: $1.shape).keptTotal($1.range.count) }
    }
}
