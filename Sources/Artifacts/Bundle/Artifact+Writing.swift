package import Storage

extension Artifact {
    /// Writes the `.tar.zst` file; the same artifact always gives the same bytes on one libzstd.
    package func write(to sink: inout some ByteSink & ~Copyable) throws {
        var frames = ZstdFrameSink()
        try writeMember(MemberPath.manifest, manifest.bytes, &frames, &sink)
        for path in paths {
            try writeMember(path, try member(path), &frames, &sink)
        }
        try frames.write([UInt8](repeating: 0, count: 2 * TarHeader.blockSize), to: &sink)
        try frames.finish(to: &sink)
    }

    /// The `.tar.zst` file in memory.
    package func fileBytes() -> [UInt8] {
        var sink = MemorySink()
        do {
            try write(to: &sink)
        } catch {
            preconditionFailure("memory takes every byte: \(error)")
        }
        return sink.bytes
    }

    private func writeMember(
        _ path: String, _ bytes: [UInt8], _ frames: inout ZstdFrameSink,
        _ sink: inout some ByteSink & ~Copyable
    ) throws {
        let size = UInt64(bytes.count)
        let padding = [UInt8](repeating: 0, count: TarHeader.padding(after: size))
        try frames.write(TarHeader.bytes(path: path, size: size), to: &sink)
        try frames.write(bytes, to: &sink)
        try frames.write(padding, to: &sink)
    }
}
