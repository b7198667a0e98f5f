package import Encodings
package import Identity
package import Storage

/// One member as the manifest lists it.
package struct ManifestEntry: Sendable, Equatable {
    /// The path of the member.
    package let path: String
    /// The number of bytes in the member.
    package let size: UInt64
    /// The SHA-256 digest of the member.
    package let digest: Digest

    /// The member at `path` with `size` bytes and their `digest`.
    package init(path: String, size: UInt64, digest: Digest) {
        self.path = path
        self.size = size
        self.digest = digest
    }
}

/// The list of an artifact's members: a signed note whose text identifies the artifact.
package struct Manifest: Sendable, Equatable {
    /// What the artifact is.
    package let kind: ArtifactKind
    /// The members in the byte order of their paths.
    package let entries: [ManifestEntry]
    /// The manifest as a signed note.
    package private(set) var note: SignedNote
    /// The SHA-256 digest of the text without signatures: the identity of the artifact.
    package let digest: Digest

    /// The unsigned manifest of members whose paths are valid, distinct and sorted.
    package init(kind: ArtifactKind, entries: [ManifestEntry]) throws(MalformedInput) {
        try Self.check(entries)
        let text = Self.text(kind, entries)
        self.kind = kind
        self.entries = entries
        note = try SignedNote(text: text)
        digest = Digest(hashing: text)
    }

    /// The text that is hashed and signed.
    package var text: [UInt8] { note.text }

    /// The contents of the file `MANIFEST`.
    package var bytes: [UInt8] { note.bytes }

    /// The signatures in their order, verified or not.
    package var signatures: [NoteSignature] { note.signatures }

    /// The keys whose signatures hold; none at all if one that states its key fails.
    package var signers: [PublicKey] { note.signers() }

    /// Adds the signature of `key`.
    package mutating func sign(with key: SigningKey) {
        note.sign(with: key)
    }

    /// Adds `signature`, in place of an earlier one with the same name and key id.
    package mutating func add(_ signature: NoteSignature) {
        note.add(signature)
    }

    /// The text for `kind` and `entries`.
    private static func text(_ kind: ArtifactKind, _ entries: [ManifestEntry]) -> [UInt8] {
        var text = "nous-tools \(kind.rawValue) v1\n"
        for entry in entries {
            text += "# \(entry.size) \(entry.path)\n\(entry.digest.hex)  \(entry.path)\n"
        }
        return [UInt8](text.utf8)
    }

    /// Checks that the paths are valid and in order and that none is a directory of another.
    private static func check(_ entries: [ManifestEntry]) throws(MalformedInput) {
        let paths = Set(entries.map(\.path))
        var previous: String?
        for entry in entries {
            guard MemberPath.isValid(entry.path) else {
                throw MalformedInput(
                    "expected a relative path of letters, digits, '.', '_', '-' and '/' up to"
                        + " \(MemberPath.maximumLength) bytes,"
                        + " found \(MalformedInput.quoted(entry.path))")
            }
            if let previous, !previous.precedesByBytes(entry.path) {
                throw MalformedInput(
                    "expected members sorted by path, each once, found '\(entry.path)'"
                        + " after '\(previous)'")
            }
            for directory in MemberPath.directories(of: entry.path) where paths.contains(directory)
            {
                throw MalformedInput(
                    "expected '\(directory)' to be a member or a directory, found both")
            }
            guard entry.size <= ArtifactLimits.maximumMemberSize else {
                throw MalformedInput(
                    "member '\(entry.path)': expected at most"
                        + " \(ArtifactLimits.maximumMemberSize) bytes, found \(entry.size)")
            }
            previous = entry.path
        }
    }
}
