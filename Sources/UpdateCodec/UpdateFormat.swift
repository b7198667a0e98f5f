package import Numerics

/// How an update is compressed: what its elements are turned into, and how those are written.
package struct UpdateFormat: Sendable, Equatable {
    /// What is compressed.
    package let transform: Transform
    /// How a tensor without blocks is compressed.
    package let codec: TensorCodec

    /// A format.
    package init(transform: Transform, codec: TensorCodec) {
        self.transform = transform
        self.codec = codec
    }

    /// How a tensor of the given shape is compressed: a chunk is as many whole blocks as fit the
    /// codec's, at least one, and `keep` is in proportion, at least 1.
    package func codec(of shape: [Int]) -> TensorCodec {
        let block = transform.blockCount(shape)
        let chunk = codec.chunk / block * block
        guard chunk != codec.chunk else { return codec }
        let length = max(chunk, block)
        return TensorCodec(
            chunk: length, keep: min(length, codec.keptCount(length)), values: codec.values)
    }

    /// Encodes a tensor of the given shape.
    package func encode(
        _ elements: FloatView, shape: [Int], _ arithmetic: Arithmetic
    ) -> EncodedTensor {
        guard transform != .none else { return codec.encode(elements) }
        let coefficients = FloatView(count: elements.count)
        transform.forward(elements, shape: shape, into: coefficients, arithmetic)
        return codec(of: shape).encode(coefficients)
    }

    /// Turns the coefficients of a tensor of the given shape, such as a sum of decoded ones, back
    /// into its elements.
    package func restore(_ elements: FloatView, shape: [Int], _ arithmetic: Arithmetic) {
        guard transform != .none else { return }
        let restored = FloatView(count: elements.count)
        transform.inverse(elements, shape: shape, into: restored, arithmetic)
        elements.copy(from: restored)
    }

    /// Sets `elements`, which are zeros, to what a receiver decodes of a tensor of the given shape.
    package func decode(
        _ encoded: EncodedTensor, into elements: FloatView, shape: [Int], _ arithmetic: Arithmetic
    ) {
        codec(of: shape).accumulate(encoded, times: 1, into: elements)
        restore(elements, shape: shape, arithmetic)
    }

    /// The format that sends the same elements with their values as they are.
    package var exact: UpdateFormat {
        UpdateFormat(
            transform: transform,
            codec: TensorCodec(chunk: codec.chunk, keep: codec.keep, values: .float32))
    }

    /// Takes `share` of what a receiver decodes from a tensor of the given shape.
    package func subtract(
        _ encoded: EncodedTensor, times share: Float = 1, from elements: FloatView, shape: [Int],
        _ arithmetic: Arithmetic
    ) {
        guard transform != .none else {
            return codec.accumulate(encoded, times: -share, into: elements)
        }
        let decoded = FloatView(count: elements.count)
        decode(encoded, into: decoded, shape: shape, arithmetic)
        arithmetic.addScaled(decoded, by: -share, to: elements)
    }
}
