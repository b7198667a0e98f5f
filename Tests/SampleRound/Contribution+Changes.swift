package import Rounds
package import Storage
package import UpdateCodec

extension Contribution {
    /// The contribution with the given parts in place of its own.
    package func with(
        claim: Claim? = nil, trace: [TraceSegment]? = nil, update: [EncodedTensor]? = nil
    ) -> Contribution {
        Contribution(
            claim: claim ?? self.claim, trace: trace ?? self.trace, update: update ?? self.update)
    }
}

extension TraceSegment {
    /// The segment with the given roots in place of its own.
    package func with(opening: Digest? = nil, closing: Digest? = nil) -> TraceSegment {
        TraceSegment(
            firstStep: firstStep, steps: steps, opening: opening ?? self.opening,
            closing: closing ?? self.closing)
    }
}

extension [EncodedTensor] {
    /// The update with the bytes of its first tensor changed.
    package func changing(_ change: (inout [UInt8]) -> Void) -> [EncodedTensor] {
        var bytes = Array<UInt8>(self[0].bytes)
        change(&bytes)
        return [EncodedTensor(bytes: bytes[...])] + dropFirst()
    }
}

extension [Int64] {
    /// The numbers with `difference` added to the one at `index`.
    package func adding(_ difference: Int64, at index: Int) -> [Int64] {
        var numbers = self
        numbers[index] += difference
        return numbers
    }
}
