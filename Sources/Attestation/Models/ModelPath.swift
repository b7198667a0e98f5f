import Encodings

/// The rule for paths of files in a model (OpenSSF Model Signing v1.0, section 6.1.2).
///
/// A path is relative and canonical: names joined by single `/`, none of them empty, `.` or `..`.
package enum ModelPath {
    /// The most bytes in a path.
    package static let maximumLength = 4096

    /// Whether `path` may be the path of a file.
    package static func isValid(_ path: String) -> Bool {
        let bytes = path.utf8
        guard bytes.count <= maximumLength, !bytes.contains(0) else { return false }
        return bytes.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
            .allSatisfy { name in
                !name.isEmpty && !(name.count <= 2 && name.allSatisfy { $0 == UInt8(ascii: ".") })
            }
    }

    /// Whether `path` is `other`, or lies in the directory `other`.
    static func isInside(_ path: String, _ other: String) -> Bool {
        let (path, other) = (path.utf8, other.utf8)
        guard path.starts(with: other) else { return false }
        let rest = path.dropFirst(other.count)
        return rest.isEmpty || rest.first == UInt8(ascii: "/")
    }

    /// Whether `left` comes before `right` name by name, as paths compare in Python.
    static func precedesByNames(_ left: String, _ right: String) -> Bool {
        func keys(_ path: String) -> some Sequence<UInt8> {
            path.utf8.lazy.map { $0 == UInt8(ascii: "/") ? 0 : $0 }
        }
        return keys(left).lexicographicallyPrecedes(keys(right))
    }
}

/// Paths in a model's directory that its signature leaves out, with all that lies under them.
package struct IgnoredPaths: Sendable, Equatable {
    /// The most paths.
    package static let maximumCount = 4096

    /// The paths that are always left out: those of git.
    package static let always = [".git", ".gitattributes", ".github", ".gitignore"]

    /// The paths in byte order, with those that are always left out.
    package let paths: [String]

    /// Valid paths, to which those that are always left out are added.
    package init(_ paths: [String] = []) {
        precondition(paths.allSatisfy(ModelPath.isValid), "paths in a model")
        var all: [String] = []
        for path in (paths + Self.always).sorted(by: { $0.precedesByBytes($1) })
        where all.last?.hasSameBytes(as: path) != true {
            all.append(path)
        }
        self.paths = all
    }

    /// Whether `path` is left out.
    package func covers(_ path: String) -> Bool {
        paths.contains { ModelPath.isInside(path, $0) }
    }
}
