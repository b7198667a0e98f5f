import Storage

/// The bytes of a member in parts, so that a large one is never in memory as a whole.
package struct MemberContents: Sendable {
    /// All bytes together.
    package let size: Int
    /// The number of parts.
    package let partCount: Int
    /// What took the bytes when they were read; then they are not here.
    let sink: (any MemberSink)?
    private let makePart: @Sendable (Int) -> [UInt8]

    /// Bytes in memory.
    package init(_ bytes: [UInt8]) {
        self.init(size: bytes.count, partCount: 1) { _ in bytes }
    }

    /// `size` bytes in `partCount` parts; `part` must give the same ones whenever it is asked.
    package init(size: Int, partCount: Int, part: @escaping @Sendable (Int) -> [UInt8]) {
        self.size = size
        self.partCount = partCount
        makePart = part
        sink = nil
    }

    /// `size` bytes that went to `sink`.
    init(size: Int, takenBy sink: any MemberSink) {
        self.size = size
        partCount = 0
        self.sink = sink
        makePart = { _ in [] }
    }

    /// The bytes of part `index`.
    package func part(_ index: Int) -> [UInt8] { makePart(index) }

    /// All bytes.
    package var bytes: [UInt8] {
        precondition(sink == nil, "the bytes went to a sink")
        guard partCount != 1 else { return part(0) }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(size)
        for index in 0..<partCount { bytes += part(index) }
        precondition(bytes.count == size, "the parts are as long as announced")
        return bytes
    }

    /// SHA-256 of the bytes.
    var digest: Digest {
        var digester = Digester()
        var count = 0
        for index in 0..<partCount {
            let part = part(index)
            count += part.count
            digester.update(part)
        }
        precondition(count == size, "the parts are as long as announced")
        return digester.finalize()
    }
}
