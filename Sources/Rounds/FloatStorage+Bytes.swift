package import Numerics

extension FloatStorage {
    /// A copy of its own.
    package func copy() -> FloatStorage {
        let copy = FloatStorage(count: count)
        copy.view.copy(from: view)
        return copy
    }
}

extension FloatView {
    /// The elements as IEEE 754 binary32, little-endian.
    var littleEndianBytes: [UInt8] { unsafe withBytes { unsafe [UInt8]($0) } }
}
