/// One tensor of an update, in the bytes it is published in.
///
/// Only what `TensorCodec.check` lets pass, or `TensorCodec.encode` returns, may be decoded.
package struct EncodedTensor: Sendable, Equatable {
    /// The bytes, which may be a part of a file's.
    package let bytes: ArraySlice<UInt8>

    /// The tensor of the given bytes.
    package init(bytes: ArraySlice<UInt8>) { self.bytes = bytes }
}
