package import Artifacts

extension Artifact {
    /// The unsigned artifact with the text `old` replaced by `new` in the member at `path`.
    package func replacing(_ old: String, by new: String, in path: String) -> Artifact {
        changing(path) { bytes in
            let text = String(decoding: bytes, as: UTF8.self)
            precondition(text.contains(old), "\(path) contains \(old)")
            return Array(text.replacing(old, with: new).utf8)
        }
    }

    /// The unsigned artifact with another member at `path`; nil leaves it out, and a member that
    /// is not there is added.
    package func changing(_ path: String, _ change: ([UInt8]) -> [UInt8]?) -> Artifact {
        var members: [(path: String, bytes: [UInt8])] = []
        for existing in paths where existing != path {
            members.append((existing, optionalMember(existing) ?? []))
        }
        if let bytes = change(optionalMember(path) ?? []) { members.append((path, bytes)) }
        return Artifact(kind: kind, members: members)
    }
}
