package import Encodings
package import Identity
package import Storage

/// A manifest and the members it lists.
package struct Artifact: Sendable {
    /// The list of members, with any signatures.
    package private(set) var manifest: Manifest

    /// The members in the manifest's order.
    private let contents: [MemberContents]

    /// The unsigned artifact with `members`, whose paths must be valid and distinct.
    package init(kind: ArtifactKind, members: [(path: String, bytes: [UInt8])]) {
        self.init(kind: kind, contents: members.map { ($0.path, MemberContents($0.bytes)) })
    }

    /// The unsigned artifact with members that may be larger than memory.
    package init(kind: ArtifactKind, contents members: [(path: String, contents: MemberContents)]) {
        let sorted = members.sorted { $0.path.precedesByBytes($1.path) }
        let entries = sorted.map { path, contents in
            ManifestEntry(path: path, size: UInt64(contents.size), digest: contents.digest)
        }
        do {
            manifest = try Manifest(kind: kind, entries: entries)
        } catch {
            preconditionFailure("members of an artifact: \(error)")
        }
        contents = sorted.map(\.contents)
    }

    /// Members that have been checked against `manifest`.
    init(manifest: Manifest, contents: [MemberContents]) {
        precondition(manifest.entries.count == contents.count)
        self.manifest = manifest
        self.contents = contents
    }

    /// What the artifact is.
    package var kind: ArtifactKind { manifest.kind }

    /// The identity of the artifact: the digest of the manifest's text.
    package var digest: Digest { manifest.digest }

    /// The paths of the members in byte order.
    package var paths: [String] { manifest.entries.map(\.path) }

    /// The bytes of the member at `path`.
    package func member(_ path: String) throws(MalformedInput) -> [UInt8] {
        guard let bytes = optionalMember(path) else {
            throw MalformedInput("missing member '\(path)'")
        }
        return bytes
    }

    /// The bytes of the member at `path`, or nil if there is none.
    package func optionalMember(_ path: String) -> [UInt8]? {
        contents(path)?.bytes
    }

    /// The member at `path` in parts, or nil if there is none.
    func contents(_ path: String) -> MemberContents? {
        manifest.entries.firstIndex { $0.path == path }.map { contents[$0] }
    }

    /// What took the bytes of the member at `path`, if they went to a sink.
    package func sink(_ path: String) -> (any MemberSink)? { contents(path)?.sink }

    /// The same artifact as if it had been read with `sinks`.
    package func passed(to sinks: MemberSinks) -> Artifact {
        var passed: [MemberContents] = []
        for (entry, member) in zip(manifest.entries, contents) {
            guard let sink = sinks.sink(of: entry, after: passed, in: manifest) else {
                passed.append(member)
                continue
            }
            for part in 0..<member.partCount { sink.take(member.part(part)) }
            passed.append(MemberContents(size: member.size, takenBy: sink))
        }
        return Artifact(manifest: manifest, contents: passed)
    }

    /// Adds the signature of `key` to the manifest.
    package mutating func sign(with key: SigningKey) {
        manifest.sign(with: key)
    }
}

extension Artifact: Equatable {
    /// Whether the manifests are the same; they say what the members hold.
    package static func == (left: Artifact, right: Artifact) -> Bool {
        left.manifest == right.manifest
    }
}

extension Artifact {
    /// The artifact that the whole of `source` holds, a `.tar.zst` file or a plain tar file.
    ///
    /// Every digest is checked; signatures are not, see `Manifest.signers`. Of the compressed
    /// form at most one frame is held in memory, and of members that `sinks` take nothing.
    package static func read<Source: ByteSource>(
        from source: inout Source, expecting kind: ArtifactKind?,
        limits: ArtifactLimits = .standard, sinks: MemberSinks = .none
    ) throws -> Artifact {
        var input = BufferedSource(source)
        guard try input.peek(4).elementsEqual(ZstdFrame.magic) else {
            var reader = TarReader(input)
            let artifact = try read(&reader, kind, limits, sinks)
            source = reader.input.source
            return artifact
        }
        var reader = TarReader(BufferedSource(ZstdFrameSource(input)))
        let artifact = try read(&reader, kind, limits, sinks)
        source = reader.input.source.source.source
        return artifact
    }

    /// The artifact in the file with these bytes.
    package static func read(
        bytes: [UInt8], expecting kind: ArtifactKind?, limits: ArtifactLimits = .standard
    ) throws -> Artifact {
        var source = MemorySource(bytes)
        return try read(from: &source, expecting: kind, limits: limits)
    }

    /// The manifest at the start of `source`; nothing after it is read or checked.
    package static func readManifest(
        from source: inout some ByteSource, expecting kind: ArtifactKind?,
        limits: ArtifactLimits = .standard
    ) throws -> Manifest {
        var input = BufferedSource(source)
        guard try input.peek(4).elementsEqual(ZstdFrame.magic) else {
            var reader = TarReader(input)
            return try reader.manifest(expecting: kind, limits: limits)
        }
        var reader = TarReader(BufferedSource(ZstdFrameSource(input)))
        return try reader.manifest(expecting: kind, limits: limits)
    }

    private static func read(
        _ reader: inout TarReader<some ByteSource>, _ kind: ArtifactKind?,
        _ limits: ArtifactLimits, _ sinks: MemberSinks
    ) throws -> Artifact {
        let manifest = try reader.manifest(expecting: kind, limits: limits)
        var contents: [MemberContents] = []
        for entry in manifest.entries {
            if let sink = sinks.sink(of: entry, after: contents, in: manifest) {
                try reader.member(entry) { sink.take($0) }
                contents.append(MemberContents(size: Int(entry.size), takenBy: sink))
            } else {
                contents.append(MemberContents(try reader.member(entry)))
            }
        }
        try reader.finish()
        return Artifact(manifest: manifest, contents: contents)
    }
}

extension ManifestEntry {
    /// Checks that `bytes` are the member that is listed.
    func check(_ bytes: [UInt8]) throws(MalformedInput) {
        guard UInt64(bytes.count) == size else {
            throw MalformedInput("expected \(size) bytes, found \(bytes.count)", in: path)
        }
        try check(Digest(hashing: bytes))
    }

    /// Checks that the member has the digest that is listed.
    func check(_ found: Digest) throws(MalformedInput) {
        guard found == digest else {
            throw MalformedInput("expected SHA-256 digest \(digest), found \(found)", in: path)
        }
    }
}
