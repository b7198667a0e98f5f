import Encodings

/// The rule for the paths of members.
///
/// A path is at most 100 bytes: segments of ASCII letters, digits, `.`, `_` and `-`, joined by
/// `/`; no segment is empty, `.` or `..`. `MANIFEST` itself is not the path of a member.
package enum MemberPath {
    /// The path of the manifest.
    package static let manifest = "MANIFEST"

    /// The most bytes in a path.
    package static let maximumLength = 100

    /// Whether `path` may be the path of a member.
    package static func isValid(_ path: String) -> Bool {
        guard path.utf8.count <= maximumLength, path != manifest else { return false }
        return path.utf8.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
            .allSatisfy(isSegment)
    }

    /// The directories above `path`, outermost first.
    package static func directories(of path: String) -> [String] {
        path.indices.filter { path[$0] == "/" }.map { String(path[..<$0]) }
    }

    private static func isSegment(_ segment: Substring.UTF8View) -> Bool {
        guard !segment.isEmpty, segment.allSatisfy(isPathByte) else { return false }
        return !segment.allSatisfy { $0 == UInt8(ascii: ".") } || segment.count > 2
    }

    private static func isPathByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "a")...UInt8(ascii: "z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."), UInt8(ascii: "_"),
            UInt8(ascii: "-"):
            true
        default:
            false
        }
    }
}
