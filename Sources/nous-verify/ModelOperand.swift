import Artifacts
import Attestation
import CommandLineTool
import Encodings
import Rounds
import Storage

/// A model as people name it: a directory, or the bundle of a checkpoint.
struct ModelOperand {
    /// What it consists of.
    let inventory: ModelInventory

    private let operand: String
    private let ignored: IgnoredPaths
    private let bundle: Artifact?

    /// Reads every byte once; of a bundle the digests are checked.
    init(_ operand: String, ignoring ignored: IgnoredPaths) throws {
        self.operand = operand
        self.ignored = ignored
        if Self.isDirectory(operand) {
            bundle = nil
            inventory = try ModelInventory.read(directory: operand, ignoring: ignored)
        } else {
            let artifact = try Self.checkpoint(operand)
            bundle = artifact
            inventory = ModelInventory(artifact, ignoring: ignored)
        }
    }

    /// Which checkpoint the model is, if it has the files `MANIFEST` and `lineage.json`.
    func origin() throws -> CheckpointOrigin? {
        guard inventory.digest(of: MemberPath.manifest) != nil,
            inventory.digest(of: Lineage.member) != nil
        else { return nil }
        if let bundle { return try Self.origin(bundle, operand) }
        let limits = [
            (MemberPath.manifest, ArtifactLimits.standard.manifestSize),
            (Lineage.member, Lineage.sizeLimit),
        ]
        let files = try limits.map { name, limit in
            try Files.read(
                ordinary: Files.join(operand, name), limit: limit, followingLinks: false)
        }
        do throws(MalformedInput) {
            return try CheckpointOrigin(
                manifest: files[0], lineage: files[1], in: inventory, ignoring: ignored)
        } catch {
            throw error.within(operand)
        }
    }

    /// Which checkpoint an operand is.
    static func origin(_ operand: String) throws -> CheckpointOrigin {
        try origin(checkpoint(operand), operand)
    }

    /// What the model is called if nobody says: the last name of its path, without the endings of
    /// a bundle.
    static func name(_ operand: String) throws -> String {
        guard !Operand.isStream(operand) else { return "model" }
        var name = try Files.resolve(operand).split(separator: "/").last.map(String.init) ?? "/"
        if !isDirectory(operand), name.hasSuffix(".tar.zst"), name.utf8.count > 8 {
            name.removeLast(8)
        }
        return name
    }

    /// The path under the model's directory of `file`, if it is there.
    static func path(of file: String, in operand: String) throws -> [String] {
        guard isDirectory(operand), !Operand.isStream(file) else { return [] }
        return try ModelInventory.path(of: file, in: operand).map { [$0] } ?? []
    }

    private static func isDirectory(_ operand: String) -> Bool {
        !Operand.isStream(operand) && Files.isDirectory(operand)
    }

    private static func checkpoint(_ operand: String) throws -> Artifact {
        try Operand.readArtifact(
            operand, expecting: .checkpoint,
            sinks: .keeping(Lineage.member, limit: Lineage.sizeLimit))
    }

    private static func origin(
        _ artifact: Artifact, _ operand: String
    ) throws(MalformedInput) -> CheckpointOrigin {
        do throws(MalformedInput) {
            return try CheckpointOrigin(artifact)
        } catch {
            throw error.within(Operand.name(operand))
        }
    }
}
