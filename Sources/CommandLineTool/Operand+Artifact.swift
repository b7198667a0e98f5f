package import Artifacts
import Encodings
import Storage

extension Operand {
    /// The artifact in a file, a directory or standard input.
    package static func readArtifact(
        _ operand: String, expecting kind: ArtifactKind?, limits: ArtifactLimits = .standard,
        sinks: MemberSinks = .none
    ) throws -> Artifact {
        do {
            if !isStream(operand), Files.isDirectory(operand) {
                return try Artifact.read(
                    directory: operand, expecting: kind, limits: limits, sinks: sinks)
            }
            var source = try source(operand)
            return try Artifact.read(
                from: &source, expecting: kind, limits: limits, sinks: sinks)
        } catch let malformed as MalformedInput {
            throw malformed.within(name(operand))
        }
    }

    /// Writes the artifact as a `.tar.zst` to the file `output`, atomically, or to standard output.
    ///
    /// A file that already holds this artifact is left alone.
    package static func write(_ artifact: Artifact, to output: String?) throws {
        guard let output, !isStream(output) else {
            try refuseBinaryOnTerminal(output)
            var sink = standardOutput
            try artifact.write(to: &sink)
            return
        }
        if Files.exists(output), holds(output, artifact) { return }
        try StopSignals.held {
            var file = try AtomicFile(creating: output)
            try artifact.write(to: &file)
            try file.commit()
        }
    }

    /// Whether the file is this artifact, whole; other artifacts are told by their manifests.
    private static func holds(_ file: String, _ artifact: Artifact) -> Bool {
        guard !Files.isDirectory(file) else {
            return (try? readArtifact(file, expecting: artifact.kind, sinks: .checking)) == artifact
        }
        guard var source = try? source(file),
            let manifest = try? Artifact.readManifest(from: &source, expecting: artifact.kind),
            manifest == artifact.manifest
        else { return false }
        return (try? readArtifact(file, expecting: artifact.kind, sinks: .checking)) == artifact
    }
}
