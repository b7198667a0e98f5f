package import LanguageModel
package import Rounds
package import UpdateCodec

extension SparseUpdate {
    /// What the update of a contribution decodes to.
    package init(_ contribution: Contribution, layout: ParameterLayout, codec: UpdateFormat) {
        self.init(
            tensors: zip(layout.tensors, contribution.update).map { tensor, encoded in
                var decoded = SparseTensor()
                let codec = codec.codec(of: tensor.shape)
                let limit = codec.keptTotal(tensor.range.count)
                decoded.indices.reserveCapacity(limit)
                decoded.values.reserveCapacity(limit)
                var cursor = ChunkCursor(encoded, count: tensor.range.count, codec: codec)
                var chunk = DecodedChunk()
                while cursor.advance(into: &chunk) {
                    for (index, value) in zip(chunk.indices, chunk.values) {
                        decoded.append(chunk.start + Int(index), value)
                    }
                }
                return decoded
            })
    }

    /// The most elements sent in an update of a model.
    package static func sentLimit(_ layout: ParameterLayout, codec: UpdateFormat) -> Int {
        layout.tensors.reduce(0) { $0 + codec.codec(of: $1.shape).keptTotal($1.range.count) }
    }
}
