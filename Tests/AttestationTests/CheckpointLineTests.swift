import Artifacts
import Attestation
import Encodings
import Identity
import Rounds
import Storage
import Testing

@Suite("lines of checkpoints")
struct CheckpointLineTests {
    private let run = Digest(hashing: [0])

    /// The checkpoint after `round` rounds, each merged from the one before.
    private func origin(_ round: UInt8) -> CheckpointOrigin {
        CheckpointOrigin(
            checkpoint: Digest(hashing: [1, round]),
            lineage: Lineage(
                run: run, round: Int(round),
                parent: round == 0 ? nil : Digest(hashing: [1, round - 1]),
                contributions: round == 0 ? [] : [Digest(hashing: [2, round])]))
    }

    @Test("checkpoints are put in line, the latest first")
    func sorting() throws {
        let line = try CheckpointLine([origin(0), origin(2), origin(1)])
        #expect(line.origins == [origin(2), origin(1), origin(0)])
    }

    @Test("a gap, a stranger and a checkpoint of another run are refused")
    func gaps() {
        let stranger = CheckpointOrigin(
            checkpoint: Digest(hashing: [9]), lineage: origin(1).lineage)
        let foreign = CheckpointOrigin(
            checkpoint: origin(1).checkpoint,
            lineage: Lineage(
                run: nil, round: 1, parent: origin(1).lineage.parent, contributions: []))
        for origins in [
            [origin(2), origin(0)], [origin(2), stranger], [origin(2), foreign],
            [origin(1), origin(1)],
        ] {
            let found = refusal { _ = try CheckpointLine(origins) }
            #expect(found?.hasPrefix("expected each checkpoint to be merged from the next") == true)
        }
    }

    @Test("a line is signed with the model and read back")
    func statement() throws {
        let key = EnvelopeSigningKey.identity(SigningKey(seed: [UInt8](repeating: 1, count: 32)))
        let line = try CheckpointLine([origin(2), origin(1), origin(0)])
        let statement = try ModelStatement(
            name: "m",
            inventory: ModelInventory(files: [ModelFile(path: "a", digest: run)]),
            ignoring: IgnoredPaths(), line: line)
        let signature = ModelSignature(statement, signedWith: key)
        let read = try #require(
            try ModelSignature(parsing: signature.bytes).statement(signedBy: key.verificationKey))
        #expect(read.line == line)
    }

    /// The files of a checkpoint's directory as far as its origin depends on them.
    private func files(_ lineage: [UInt8], weights: [UInt8]) throws -> (Manifest, ModelInventory) {
        let artifact = Artifact(
            kind: .checkpoint, members: [(Lineage.member, lineage), ("model.safetensors", weights)])
        return (artifact.manifest, ModelInventory(artifact, ignoring: IgnoredPaths()))
    }

    @Test("the origin of a directory is that of the bundle")
    func directory() throws {
        let lineage = JSON.object(origin(1).lineage.members).prettyBytes()
        let (manifest, inventory) = try files(lineage, weights: [1])
        let found = try CheckpointOrigin(
            manifest: manifest.bytes, lineage: lineage, in: inventory, ignoring: IgnoredPaths())
        #expect(found.checkpoint == manifest.digest)
        #expect(found.lineage == origin(1).lineage)
    }

    @Test("a lineage that was too large to be kept is refused")
    func large() throws {
        let artifact = Artifact(kind: .checkpoint, members: [(Lineage.member, [1, 2])])
            .passed(to: .keeping(Lineage.member, limit: 1))
        #expect(
            refusal { _ = try CheckpointOrigin(artifact) }
                == "lineage.json: expected at most 8388608 bytes, found more")
    }

    @Test("a directory whose files are not those of its manifest is refused")
    func tampering() throws {
        let lineage = JSON.object(origin(1).lineage.members).prettyBytes()
        let (manifest, _) = try files(lineage, weights: [1])
        let (_, other) = try files(lineage, weights: [2])
        let changed = ModelInventory(
            files: other.files.map { file in
                file.path == "MANIFEST"
                    ? ModelFile(path: file.path, digest: Digest(hashing: manifest.bytes)) : file
            })
        #expect(
            refusal {
                _ = try CheckpointOrigin(
                    manifest: manifest.bytes, lineage: lineage, in: changed,
                    ignoring: IgnoredPaths())
            } == "model.safetensors: expected the digest \(Digest(hashing: [1])),"
                + " found \(Digest(hashing: [2]))")
        let found = try CheckpointOrigin(
            manifest: manifest.bytes, lineage: lineage, in: changed,
            ignoring: IgnoredPaths(["model.safetensors"]))
        #expect(found.checkpoint == manifest.digest)
    }
}
