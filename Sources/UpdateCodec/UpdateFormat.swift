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

    /// Encodes a tensor of the given shape and leaves in `elements` what was withheld.
    package func compress(
        _ elements: FloatView, shape: [Int], feedback: Feedback, _ arithmetic: Arithmetic
    ) -> EncodedTensor {
        let encoded = encode(elements, shape: shape, arithmetic)
        switch feedback {
        case .decoded: subtract(encoded, from: elements, shape: shape, arithmetic)
        case .exact: subtractPlaces(encoded, from: elements, shape: shape, arithmetic)
        }
        return encoded
    }

    /// Takes the very coefficients that were sent, before they were quantised.
    private func subtractPlaces(
        _ encoded: EncodedTensor, from elements: FloatView, shape: [Int], _ arithmetic: Arithmetic
    ) {
        let coefficients = FloatView(count: elements.count)
        let sent = FloatView(count: elements.count)
        transform.forward(elements, shape: shape, into: coefficients, arithmetic)
        codec(of: shape).forEachElement(of: encoded, count: elements.count) { place, _ in
            sent[place] = coefficients[place]
        }
        restore(sent, shape: shape, arithmetic)
        for index in elements.indices { elements[index] -= sent[index] }
    }

    /// Takes what a receiver decodes from a tensor of the given shape.
    package func subtract(
        _ encoded: EncodedTensor, from elements: FloatView, shape: [Int], _ arithmetic: Arithmetic
    ) {
        guard transform != .none else {
            return codec.accumulate(encoded, times: -1, into: elements)
        }
        let decoded = FloatView(count: elements.count)
        codec(of: shape).accumulate(encoded, times: 1, into: decoded)
        restore(decoded, shape: shape, arithmetic)
        for index in elements.indices { elements[index] -= decoded[index] }
    }
}
