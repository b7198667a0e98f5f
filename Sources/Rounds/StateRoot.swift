package import LanguageModel
package import Numerics
package import Storage

/// The commitment to everything that decides the rest of a round.
///
/// An RFC 6962 tree; each leaf is one tile of at most 16,384 floats of one tensor, after the words
/// that place it. Specified in docs/formats/contribution.md.
package enum StateRoot {
    /// Floats a tile, so that a tile's bytes are 64 KiB.
    package static let tileLength = 16_384

    /// The root over the named buffers, each in layout order, after `steps` inner steps of a round.
    package static func root(
        steps: Int, optimizerSteps: Int, buffers: [(name: String, values: WeightStorage)],
        layout: ParameterLayout, arithmetic: Arithmetic
    ) -> Digest {
        var tiles: [(header: String, values: WeightView)] = []
        for (name, values) in buffers {
            for tensor in layout.tensors {
                for offset in stride(from: 0, to: tensor.range.count, by: tileLength) {
                    let start = tensor.range.lowerBound + offset
                    let end = min(start + tileLength, tensor.range.upperBound)
                    tiles.append(
                        ("\(name)\n\(tensor.name)\n\(offset)\n", values.view[start..<end]))
                }
            }
        }
        let cursor = MerkleTree.leafHash(
            Array("nous-tools state v1\n\(steps)\n\(optimizerSteps)\n".utf8))
        return MerkleTree.root(ofLeafHashes: [cursor] + leafHashes(tiles, arithmetic))
    }

    private static func leafHashes(
        _ tiles: [(header: String, values: WeightView)], _ arithmetic: Arithmetic
    ) -> [Digest] {
        arithmetic.map(tiles.count) { index in
            MerkleTree.leafHash { digester in
                digester.update(Array(tiles[index].header.utf8))
                unsafe tiles[index].values.floats.withBytes { unsafe digester.update($0) }
            }
        }
    }
}
