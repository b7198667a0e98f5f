import Encodings
import Storage

/// Reads the tar file of a bundle; every byte of it is determined by the members.
struct TarReader<Source: ByteSource> {
    var input: BufferedSource<Source>

    init(_ input: BufferedSource<Source>) {
        self.input = input
    }

    /// The manifest, which is the first member.
    mutating func manifest(
        expecting kind: ArtifactKind?, limits: ArtifactLimits
    ) throws -> Manifest {
        let header = try header()
        guard let (path, size) = TarHeader.parse(header), path == MemberPath.manifest else {
            throw MalformedInput(
                "expected member '\(MemberPath.manifest)' first, found \(describe(header))")
        }
        guard size <= limits.manifestSize else {
            throw MalformedInput(
                "expected at most \(limits.manifestSize) bytes, found \(size)",
                in: MemberPath.manifest)
        }
        let bytes = try contents(of: path, size: size)
        return try Manifest(parsing: bytes, expecting: kind, limits: limits)
    }

    /// The bytes of the next member, which must be `entry`; their digest is checked.
    mutating func member(_ entry: ManifestEntry) throws -> [UInt8] {
        try header(of: entry)
        let digester = BackgroundDigester()
        let bytes = try contents(of: entry.path, size: entry.size) { digester.update($0) }
        try entry.check(digester.finalize())
        return bytes
    }

    /// The same in parts, which `take` is given one after the other.
    mutating func member(_ entry: ManifestEntry, _ take: ([UInt8]) -> Void) throws {
        try header(of: entry)
        let digester = BackgroundDigester()
        var left = Int(entry.size)
        while left > 0 {
            let part = try input.take(min(left, 1 << 20), of: "member '\(entry.path)'")
            digester.update(part)
            take(part)
            left -= part.count
        }
        try padding(of: entry.path, size: entry.size)
        try entry.check(digester.finalize())
    }

    private mutating func header(of entry: ManifestEntry) throws {
        let header = try header()
        guard header == TarHeader.bytes(path: entry.path, size: entry.size) else {
            throw MalformedInput(
                "expected member '\(entry.path)' of \(entry.size) bytes, found \(describe(header))")
        }
    }

    /// Checks that two zero blocks are all that is left.
    mutating func finish() throws {
        let end = try input.take(2 * TarHeader.blockSize, of: "end of archive")
        guard end.allSatisfy({ $0 == 0 }) else {
            throw MalformedInput(
                "expected two zero blocks after the last member,"
                    + " found \(describe([UInt8](end.prefix(TarHeader.blockSize))))")
        }
        guard try input.isAtEnd() else {
            throw MalformedInput("expected the end after two zero blocks, found more bytes")
        }
    }

    private mutating func header() throws -> [UInt8] {
        try input.take(TarHeader.blockSize, of: "member header")
    }

    private mutating func contents(
        of path: String, size: UInt64, seen: ([UInt8]) -> Void = { _ in }
    ) throws -> [UInt8] {
        let bytes = try input.take(Int(size), of: "member '\(path)'", seen: seen)
        try padding(of: path, size: size)
        return bytes
    }

    private mutating func padding(of path: String, size: UInt64) throws {
        let padding = try input.take(TarHeader.padding(after: size), of: "padding of '\(path)'")
        guard padding.allSatisfy({ $0 == 0 }) else {
            throw MalformedInput("expected zero padding, found other bytes", in: path)
        }
    }

    /// What a header announces, for errors.
    private func describe(_ header: [UInt8]) -> String {
        if header.allSatisfy({ $0 == 0 }) { return "the end of the archive" }
        guard let (path, size) = TarHeader.parse(header) else {
            return "a header that is not canonical ustar"
        }
        return "\(MalformedInput.quoted(path)) of \(size) bytes"
    }
}
