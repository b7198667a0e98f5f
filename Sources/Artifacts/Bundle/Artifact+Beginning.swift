import Encodings
package import Storage

extension Artifact {
    /// The manifest at the start of `source` and the first member, whose digest is checked and of
    /// which there may be at most `firstSize` bytes; nothing after it is read.
    package static func readBeginning(
        from source: inout some ByteSource, expecting kind: ArtifactKind?,
        limits: ArtifactLimits = .standard, firstSize: Int = .max
    ) throws -> (manifest: Manifest, first: [UInt8]) {
        var input = BufferedSource(source)
        guard try input.peek(4).elementsEqual(ZstdFrame.magic) else {
            var reader = TarReader(input)
            return try readBeginning(&reader, kind, limits, firstSize)
        }
        var reader = TarReader(BufferedSource(ZstdFrameSource(input)))
        return try readBeginning(&reader, kind, limits, firstSize)
    }

    private static func readBeginning(
        _ reader: inout TarReader<some ByteSource>, _ kind: ArtifactKind?,
        _ limits: ArtifactLimits, _ firstSize: Int
    ) throws -> (manifest: Manifest, first: [UInt8]) {
        let manifest = try reader.manifest(expecting: kind, limits: limits)
        guard let entry = manifest.entries.first else { return (manifest, []) }
        guard entry.size <= firstSize else {
            throw MalformedInput(
                "expected at most \(firstSize) bytes, found \(entry.size)", in: entry.path)
        }
        return (manifest, try reader.member(entry))
    }
}
