package import Encodings
import Identity
import Storage

extension Manifest {
    /// The manifest that the whole of `bytes` spells.
    package init(
        parsing bytes: [UInt8], expecting kind: ArtifactKind? = nil,
        limits: ArtifactLimits = .standard
    ) throws(MalformedInput) {
        do throws(MalformedInput) {
            let note = try SignedNote(parsing: bytes, limit: limits.manifestSize)
            let lines = String(decoding: note.text.dropLast(), as: UTF8.self).utf8
                .split(separator: 0x0A, omittingEmptySubsequences: false)
                .map { Substring($0) }
            let found = try Self.kind(in: lines[0], expecting: kind)
            let entries = try Self.entries(in: lines[1...], limits: limits)
            try self.init(kind: found, entries: entries)
            guard text == note.text else {
                throw MalformedInput(
                    "expected ASCII text in the one form of its members, found another")
            }
            for signature in note.signatures { add(signature) }
            guard self.bytes == bytes else {
                throw MalformedInput("expected one signature by each key, found more")
            }
        } catch {
            throw error.within(MemberPath.manifest)
        }
    }

    private static func kind(
        in line: Substring, expecting expected: ArtifactKind?
    ) throws(MalformedInput) -> ArtifactKind {
        guard
            let kind = ArtifactKind.allCases.first(where: { line == "nous-tools \($0.rawValue) v1" }
            )
        else {
            throw MalformedInput(
                "line 1: expected 'nous-tools <kind> v1',"
                    + " found \(MalformedInput.quoted(String(line)))")
        }
        guard kind == expected ?? kind else {
            throw MalformedInput(
                "expected a \((expected ?? kind).rawValue), found a \(kind.rawValue)")
        }
        return kind
    }

    private static func entries(
        in lines: ArraySlice<Substring>, limits: ArtifactLimits
    ) throws(MalformedInput) -> [ManifestEntry] {
        guard lines.count.isMultiple(of: 2) else {
            throw MalformedInput("expected two lines for each member, found an odd one")
        }
        guard lines.count / 2 <= limits.memberCount else {
            throw MalformedInput(
                "expected at most \(limits.memberCount) members, found \(lines.count / 2)")
        }
        var entries: [ManifestEntry] = []
        var total: UInt64 = 0
        for number in stride(from: lines.startIndex, to: lines.endIndex, by: 2) {
            let entry = try entry(lines[number], lines[number + 1], line: number + 1)
            guard entry.size <= limits.memberSize else {
                throw MalformedInput(
                    "member '\(entry.path)': expected at most \(limits.memberSize) bytes,"
                        + " found \(entry.size)")
            }
            guard entry.size <= limits.totalSize - total else {
                throw MalformedInput(
                    "expected at most \(limits.totalSize) bytes in all members, found more")
            }
            total += entry.size
            entries.append(entry)
        }
        return entries
    }

    /// The member that the lines `# <size> <path>` and `<hex>  <path>` list.
    private static func entry(
        _ sizeLine: Substring, _ digestLine: Substring, line: Int
    ) throws(MalformedInput) -> ManifestEntry {
        let parts = sizeLine.split(separator: " ", omittingEmptySubsequences: false)
        guard parts.count == 3, parts[0] == "#", let size = Amount.parse(String(parts[1])) else {
            throw MalformedInput(
                "line \(line): expected '# <size> <path>',"
                    + " found \(MalformedInput.quoted(String(sizeLine)))")
        }
        let path = String(parts[2])
        guard let digest = Digest(hex: String(digestLine.prefix(64))),
            digestLine.dropFirst(64) == "  \(path)"
        else {
            throw MalformedInput(
                "line \(line + 1): expected '<sha256>  \(path)',"
                    + " found \(MalformedInput.quoted(String(digestLine)))")
        }
        return ManifestEntry(path: path, size: size, digest: digest)
    }
}
