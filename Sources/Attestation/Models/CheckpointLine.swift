package import Artifacts
package import Encodings
package import Rounds
package import Storage

/// A checkpoint and where it comes from.
package struct CheckpointOrigin: Sendable, Equatable {
    /// The digest of the checkpoint.
    package let checkpoint: Digest
    /// Where it comes from.
    package let lineage: Lineage

    /// The checkpoint with its lineage.
    package init(checkpoint: Digest, lineage: Lineage) {
        self.checkpoint = checkpoint
        self.lineage = lineage
    }

    /// The checkpoint in `artifact`, of which no member but the lineage need be in memory.
    package init(_ artifact: Artifact) throws(MalformedInput) {
        guard artifact.sink(Lineage.member) == nil else {
            throw MalformedInput(
                "expected at most \(Lineage.sizeLimit) bytes, found more", in: Lineage.member)
        }
        self.init(
            checkpoint: artifact.digest,
            lineage: try Lineage(parsing: artifact.member(Lineage.member)))
    }

    /// The checkpoint among the files of `inventory`, of which the contents of two are given; one
    /// whose files, but for those ignored, are not those of its manifest is refused.
    package init(
        manifest bytes: [UInt8], lineage: [UInt8], in inventory: ModelInventory,
        ignoring ignored: IgnoredPaths
    ) throws(MalformedInput) {
        let manifest = try Manifest(parsing: bytes, expecting: .checkpoint)
        let files = [
            ModelFile(path: MemberPath.manifest, digest: Digest(hashing: bytes)),
            ModelFile(path: Lineage.member, digest: Digest(hashing: lineage)),
        ]
        let members = manifest.entries.filter { !ignored.covers($0.path) }
            .map { ModelFile(path: $0.path, digest: $0.digest) }
        for file in files + members where inventory.digest(of: file.path) != file.digest {
            throw MalformedInput(
                "expected the digest \(file.digest),"
                    + " found \(inventory.digest(of: file.path)?.hex ?? "no such file")",
                in: file.path)
        }
        self.init(checkpoint: manifest.digest, lineage: try Lineage(parsing: lineage))
    }

    /// One line for programs.
    package var json: JSON {
        .object([JSONMember(key: "checkpoint", value: checkpoint.json)] + lineage.members)
    }

    fileprivate init(_ json: JSON) throws(MalformedInput) {
        var fields = try JSONFields(json, of: "checkpoint")
        checkpoint = try fields.digest("checkpoint")
        lineage = try Lineage(reading: &fields)
        try fields.finish()
    }
}

/// A checkpoint and those before it, each merged from the next.
package struct CheckpointLine: Sendable, Equatable {
    /// The URI under which statements carry the line; it is a name and leads nowhere.
    package static let annotation = "https://nous-tools/lineage/v1"

    /// The most checkpoints in a line.
    package static let maximumCount = 65_536

    /// The checkpoints, the latest first; none if nothing is known.
    package let origins: [CheckpointOrigin]

    /// The line of `origins`, which may come in any order.
    package init(_ origins: [CheckpointOrigin]) throws(MalformedInput) {
        let sorted = origins.sorted { $0.lineage.round > $1.lineage.round }
        for (later, earlier) in zip(sorted, sorted.dropFirst()) {
            guard later.lineage.parent == earlier.checkpoint,
                later.lineage.round == earlier.lineage.round + 1,
                later.lineage.run == earlier.lineage.run
            else {
                throw MalformedInput(
                    "expected each checkpoint to be merged from the next of the same run,"
                        + " found \(later.checkpoint) before \(earlier.checkpoint)")
            }
        }
        self.origins = sorted
    }

    /// The line that `annotations` carry; an empty one if they carry none.
    init(in annotations: [JSONMember]) throws(MalformedInput) {
        guard let value = JSON.object(annotations)[Self.annotation] else {
            try self.init([])
            return
        }
        guard let elements = value.array, (1...Self.maximumCount).contains(elements.count) else {
            throw MalformedInput.field(
                Self.annotation, expected: "an array of 1 to \(Self.maximumCount)",
                found: value.summary)
        }
        var parsed: [CheckpointOrigin] = []
        for element in elements { parsed.append(try CheckpointOrigin(element)) }
        try self.init(parsed)
    }

    /// The annotations that carry the line.
    var annotations: [JSONMember] {
        guard !origins.isEmpty else { return [] }
        return [JSONMember(key: Self.annotation, value: .array(origins.map(\.json)))]
    }
}
