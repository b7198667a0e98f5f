/// Compresses a stream in frames of one mebibyte and ends it with the trailer.
package struct ZstdFrameSink: ~Copyable {
    private let encoder = ZstdEncoder()
    private var digester = Digester()
    private var pending: [UInt8] = []

    /// A sink that has taken no bytes.
    package init() {}

    /// Takes in `bytes` and writes the frames that became full to `sink`.
    package mutating func write(
        _ bytes: [UInt8], to sink: inout some ByteSink & ~Copyable
    ) throws {
        var rest = bytes[...]
        while pending.count + rest.count >= ZstdFrame.contentSize {
            let missing = ZstdFrame.contentSize - pending.count
            pending += rest.prefix(missing)
            rest = rest.dropFirst(missing)
            try writeFrame(to: &sink)
        }
        pending += rest
    }

    /// Writes the last frame and the trailer.
    package consuming func finish(to sink: inout some ByteSink & ~Copyable) throws {
        if !pending.isEmpty { try writeFrame(to: &sink) }
        try sink.write(ZstdFrame.trailerStart + digester.finalize().bytes)
    }

    private mutating func writeFrame(to sink: inout some ByteSink & ~Copyable) throws {
        let frame = encoder.frame(pending[...])
        digester.update(frame)
        pending.removeAll(keepingCapacity: true)
        try sink.write(frame)
    }
}
