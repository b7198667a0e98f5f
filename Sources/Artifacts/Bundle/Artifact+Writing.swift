package import Storage

extension Artifact {
    /// Writes the `.tar.zst` file; the same artifact always gives the same bytes on one libzstd.
    package func write(to sink: inout some ByteSink & ~Copyable) throws {
        var frames = ZstdFrameSink()
        try writeMember(
            MemberPath.manifest, MemberContents(manifest.bytes), &frames, &sink)
        for path in paths {
            guard let contents = contents(path) else { continue }
            try writeMember(path, contents, &frames, &sink)
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
        _ path: String, _ contents: MemberContents, _ frames: inout ZstdFrameSink,
        _ sink: inout some ByteSink & ~Copyable
    ) throws {
        let size = UInt64(contents.size)
        let padding = [UInt8](repeating: 0, count: TarHeader.padding(after: size))
        try frames.write(TarHeader.bytes(path: path, size: size), to: &sink)
        for part in 0..<contents.partCount {
            try frames.write(contents.part(part), to: &sink)
        }
        try frames.write(padding, to: &sink)
    }
}
