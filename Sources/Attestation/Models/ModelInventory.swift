package import Artifacts
import Encodings
package import Storage

/// A file of a model and the digest of its bytes.
package struct ModelFile: Sendable, Equatable {
    /// The path under the model's directory.
    package let path: String
    /// SHA-256 of the bytes.
    package let digest: Digest

    /// The file at a valid path.
    package init(path: String, digest: Digest) {
        precondition(ModelPath.isValid(path), "a path in a model")
        self.path = path
        self.digest = digest
    }

    /// Whether path bytes and digests are equal.
    package static func == (left: ModelFile, right: ModelFile) -> Bool {
        left.path.hasSameBytes(as: right.path) && left.digest == right.digest
    }
}

/// What a model consists of.
package struct ModelInventory: Sendable, Equatable {
    /// The most files in a model.
    package static let maximumFileCount = 65_536

    /// The files in the byte order of their paths, each once.
    package let files: [ModelFile]

    /// Paths of what is neither file nor directory, such as symbolic links.
    package let irregular: [String]

    /// The files, in any order, and what is no file.
    package init(files: [ModelFile], irregular: [String] = []) {
        self.files = files.sorted { $0.path.precedesByBytes($1.path) }
        self.irregular = irregular.sorted { $0.precedesByBytes($1) }
    }

    /// The files that `artifact` has when it is unpacked, `MANIFEST` among them.
    package init(_ artifact: Artifact, ignoring ignored: IgnoredPaths) {
        let manifest = ModelFile(
            path: MemberPath.manifest, digest: Digest(hashing: artifact.manifest.bytes))
        let members = artifact.manifest.entries.map {
            ModelFile(path: $0.path, digest: $0.digest)
        }
        self.init(files: ([manifest] + members).filter { !ignored.covers($0.path) })
    }

    /// The digest of the file at `path`, if there is one.
    package func digest(of path: String) -> Digest? {
        var range = files.indices
        while !range.isEmpty {
            let middle = range.lowerBound + range.count / 2
            if files[middle].path.precedesByBytes(path) {
                range = middle + 1..<range.upperBound
            } else {
                range = range.lowerBound..<middle
            }
        }
        let index = range.lowerBound
        guard index < files.count, files[index].path.hasSameBytes(as: path) else { return nil }
        return files[index].digest
    }

    /// In what this differs from the files that were signed, in the byte order of paths.
    package func differences(from signed: ModelInventory) -> [ModelDifference] {
        var found = irregular.map { ModelDifference(path: $0, kind: .irregular) }
        var (mine, theirs) = (files[...], signed.files[...])
        while let next = [mine.first?.path, theirs.first?.path].compactMap(\.self)
            .min(by: { $0.precedesByBytes($1) })
        {
            let old = theirs.first?.path.hasSameBytes(as: next) == true ? theirs.popFirst() : nil
            let new = mine.first?.path.hasSameBytes(as: next) == true ? mine.popFirst() : nil
            guard new?.digest != old?.digest else { continue }
            found.append(
                ModelDifference(
                    path: next, kind: new == nil ? .missing : old == nil ? .added : .changed))
        }
        return found.sorted { $0.path.precedesByBytes($1.path) }
    }
}

/// One thing in which a model is not the one that was signed.
package struct ModelDifference: Sendable, Equatable {
    /// What is wrong with a path.
    package enum Kind: String, Sendable {
        /// The file holds other bytes.
        case changed = "holds other bytes than were signed"
        /// The file was signed and is not there.
        case missing = "was signed and is not there"
        /// The file is there and was not signed.
        case added = "is there and was not signed"
        /// What is there is neither file nor directory.
        case irregular = "is neither file nor directory"
    }

    /// The path.
    package let path: String
    /// What is wrong with it.
    package let kind: Kind
}
