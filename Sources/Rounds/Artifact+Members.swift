import Artifacts
import Encodings

extension Artifact {
    /// Refuses an artifact that lacks a required member or has one that is not foreseen.
    func expectMembers(
        _ required: [String], optional: [String] = []
    ) throws(MalformedInput) {
        for path in required where !paths.contains(path) {
            throw MalformedInput("missing member '\(path)'")
        }
        for path in paths where !required.contains(path) && !optional.contains(path) {
            throw MalformedInput("unexpected member '\(path)'")
        }
    }
}
