import Encodings
import Glibc
import Storage

extension Artifact {
    /// The artifact whose files lie in `directory`.
    ///
    /// The directory holds `MANIFEST` and its members and nothing else, except files whose
    /// names end in `.tmp`; no symbolic link is followed inside it.
    package static func read(
        directory: String, expecting kind: ArtifactKind?, limits: ArtifactLimits = .standard,
        sinks: MemberSinks = .none
    ) throws -> Artifact {
        let manifest = try readManifest(directory: directory, expecting: kind, limits: limits)
        try checkNames(in: directory, manifest)
        var contents: [MemberContents] = []
        for entry in manifest.entries {
            if let sink = sinks.sink(of: entry, after: contents, in: manifest) {
                try pass(directory, entry, to: sink)
                contents.append(MemberContents(size: Int(entry.size), takenBy: sink))
            } else {
                let bytes = try readFile(directory, entry.path, limit: Int(entry.size))
                try entry.check(bytes)
                contents.append(MemberContents(bytes))
            }
        }
        return Artifact(manifest: manifest, contents: contents)
    }

    /// The manifest of the artifact in `directory`; the members are not looked at.
    package static func readManifest(
        directory: String, expecting kind: ArtifactKind?, limits: ArtifactLimits = .standard
    ) throws -> Manifest {
        let bytes = try readFile(directory, MemberPath.manifest, limit: limits.manifestSize)
        return try Manifest(parsing: bytes, expecting: kind, limits: limits)
    }

    /// Makes `directory` hold the artifact, all of it at once.
    ///
    /// A directory that holds it already, signatures included, stays as it is; one that holds
    /// anything else is refused with `EEXIST`.
    package func write(directory: String) throws {
        if Files.exists(directory) {
            guard Files.isDirectory(directory) else {
                throw SystemFailure("create", path: directory, code: EEXIST, role: .output)
            }
            if try !Files.list(directory).isEmpty {
                let existing = try? Artifact.read(directory: directory, expecting: kind)
                if existing == self { return }
                throw SystemFailure("create", path: directory, code: EEXIST, role: .output)
            }
        }
        let target = try AtomicDirectory(creating: directory)
        for path in paths {
            for parent in MemberPath.directories(of: path) {
                try Files.makeDirectory(Files.join(target.temporary, parent))
            }
            try Files.writeAtomically(path: Files.join(target.temporary, path), member(path))
        }
        let manifestPath = Files.join(target.temporary, MemberPath.manifest)
        try Files.writeAtomically(path: manifestPath, manifest.bytes)
        try target.commit()
    }

    /// Hands the file of a member to `sink`.
    private static func pass(
        _ directory: String, _ entry: ManifestEntry, to sink: any MemberSink
    ) throws {
        do {
            var source = BufferedSource(
                try FileSource(
                    ordinary: Files.join(directory, entry.path), followingLinks: false))
            let digester = BackgroundDigester()
            while source.offset < entry.size {
                let left = Int(entry.size - source.offset)
                let part = try source.take(min(left, 1 << 20), of: "member '\(entry.path)'")
                digester.update(part)
                sink.take(part)
            }
            guard try source.isAtEnd() else {
                throw MalformedInput("expected at most \(entry.size) bytes, found more")
            }
            try entry.check(digester.finalize())
        } catch let error as MalformedInput {
            throw error.subject == entry.path ? error : MalformedInput(error.reason, in: entry.path)
        }
    }

    private static func readFile(_ directory: String, _ path: String, limit: Int) throws -> [UInt8]
    {
        do {
            return try Files.read(
                ordinary: Files.join(directory, path), limit: limit, followingLinks: false)
        } catch let error as MalformedInput {
            throw MalformedInput(error.reason, in: path)
        }
    }

    /// Checks that `directory` has no file or directory that `manifest` does not call for.
    private static func checkNames(in directory: String, _ manifest: Manifest) throws {
        let files = Set(manifest.entries.map(\.path) + [MemberPath.manifest])
        let directories = Set(manifest.entries.flatMap { MemberPath.directories(of: $0.path) })
        var pending = [""]
        while let prefix = pending.popLast() {
            for name in try Files.list(Files.join(directory, prefix)) where !name.hasSuffix(".tmp")
            {
                let path = prefix.isEmpty ? name : "\(prefix)/\(name)"
                let kind = try Files.kind(Files.join(directory, path), followingLinks: false)
                if kind == .directory, directories.contains(path) {
                    pending.append(path)
                } else if kind != .regular || !files.contains(path) {
                    throw MalformedInput(
                        "expected only files that the manifest lists,"
                            + " found \(MalformedInput.quoted(path))")
                }
            }
        }
    }
}
