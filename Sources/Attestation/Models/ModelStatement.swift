package import Encodings
package import Storage

/// What is signed of a model: its files, and the checkpoints that it comes from.
///
/// An in-toto statement with the predicate of OpenSSF Model Signing v1.0.
package struct ModelStatement: Sendable, Equatable {
    /// The kind of claim.
    package static let predicateType = "https://model_signing/signature/v1.0"

    /// What people call the model.
    package let name: String

    /// The files.
    package let inventory: ModelInventory

    /// The digest of all digests of files in the order in which the statement lists them.
    package let root: Digest

    /// What was left out.
    package let ignored: IgnoredPaths

    /// The checkpoints that the model comes from, as the signer states.
    package let line: CheckpointLine

    /// The statement about the model `name`; one with anything but files is refused, and so is
    /// one without files.
    package init(
        name: String, inventory: ModelInventory, ignoring ignored: IgnoredPaths,
        line: CheckpointLine
    ) throws(MalformedInput) {
        if let path = inventory.irregular.first {
            throw MalformedInput("expected files and directories, found something else", in: path)
        }
        guard !inventory.files.isEmpty else {
            throw MalformedInput("expected files, found none")
        }
        self.name = name
        self.inventory = inventory
        root = Self.root(of: inventory.files)
        self.ignored = ignored
        self.line = line
    }

    /// SHA-256 of the digests, one after the other.
    private static func root(of files: [ModelFile]) -> Digest {
        var digester = Digester()
        for file in files { digester.update(file.digest.bytes) }
        return digester.finalize()
    }
}

extension ModelStatement {
    /// The statement for an envelope.
    var statement: Statement {
        let resources = inventory.files.map { file in
            JSON.object([
                JSONMember(key: "name", value: .string(file.path)),
                JSONMember(key: "digest", value: file.digest.json),
                JSONMember(key: "algorithm", value: "sha256"),
            ])
        }
        return Statement(
            subject: StatementSubject(name: name, digest: root, annotations: line.annotations),
            predicateType: Self.predicateType,
            predicate: [
                "resources": .array(resources),
                "serialization": [
                    "method": "files", "hash_type": "sha256", "allow_symlinks": false,
                    "ignore_paths": .array(ignored.paths.map { .string($0) }),
                ],
            ])
    }

    /// The statement that an envelope carried.
    ///
    /// Fields of the predicate that it does not know are passed over; of the parameters of
    /// hashing none may be unknown.
    init(_ statement: Statement) throws(MalformedInput) {
        var predicate = try JSONFields(statement.predicate, of: "predicate")
        var serialization = try predicate.fields("serialization")
        try serialization.constant("method", "files")
        try serialization.constant("hash_type", "sha256")
        _ = try serialization.value("allow_symlinks", expected: "false") {
            $0 == false ? $0 : nil
        }
        let paths = try serialization.optionalArray(
            "ignore_paths", limit: IgnoredPaths.maximumCount)
        try serialization.finish()
        let files = try Self.files(
            predicate.array("resources", limit: ModelInventory.maximumFileCount))
        root = Self.root(of: files)
        guard root == statement.subject.digest else {
            throw .field("sha256", expected: "\(root)", found: "\(statement.subject.digest)")
                .within("subject")
        }
        name = statement.subject.name
        inventory = ModelInventory(files: files)
        ignored = IgnoredPaths(try (paths ?? []).map(Self.path))
        line = try CheckpointLine(in: statement.subject.annotations)
    }

    /// The files that `resources` list, in the byte order of paths or, as Python sorts them, in
    /// the order of their names.
    private static func files(_ resources: [JSON]) throws(MalformedInput) -> [ModelFile] {
        guard !resources.isEmpty else {
            throw MalformedInput("expected files, found none", in: "resources")
        }
        var files: [ModelFile] = []
        for resource in resources {
            var fields = try JSONFields(resource, of: "resource")
            try fields.constant("algorithm", "sha256")
            files.append(
                ModelFile(
                    path: try path(fields.value("name")), digest: try fields.digest("digest")))
        }
        let pairs = zip(files, files.dropFirst())
        guard
            pairs.allSatisfy({ $0.path.precedesByBytes($1.path) })
                || pairs.allSatisfy({ ModelPath.precedesByNames($0.path, $1.path) })
        else {
            throw MalformedInput("expected files sorted by name, each once", in: "resources")
        }
        return files
    }

    private static func path(_ json: JSON) throws(MalformedInput) -> String {
        guard let path = json.string, ModelPath.isValid(path) else {
            throw MalformedInput(
                "expected a relative path without '.' and '..' of at most"
                    + " \(ModelPath.maximumLength) bytes, found \(json.summary)")
        }
        return path
    }
}
