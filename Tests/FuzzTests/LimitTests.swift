import Foundation
import Testing

/// docs/formats/limits.md against the constants of the sources.
@Suite("The table of limits") struct LimitTests {
    /// A limit's name and, if it is a plain number, its value.
    struct Limit: Hashable {
        let name: String
        let value: UInt64?
    }

    @Test("has every limit of the sources, and its value") func complete() throws {
        let documented = try Self.documented()
        let found = try Self.found()
        #expect(found.count > 80)
        for limit in found {
            let stated = documented.first { $0.name == limit.name }
            #expect(stated != nil, "\(limit.name) is not in docs/formats/limits.md")
            #expect(
                stated?.value == limit.value || limit.value == nil || stated == nil,
                "\(limit.name) is \(limit.value ?? 0)")
        }
        let names = Set(found.map(\.name))
        #expect(documented.filter { !names.contains($0.name) }.isEmpty, "limits of no source")
    }

    private static let root = URL(filePath: #filePath).deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent()

    /// The rows of the tables: the number in the middle, the constants at the end.
    private static func documented() throws -> [Limit] {
        let page = try String(
            contentsOf: root.appending(path: "docs/formats/limits.md"), encoding: .utf8)
        return page.split(separator: "\n").flatMap { line -> [Limit] in
            let cells = line.split(separator: "|")
            guard line.hasPrefix("|"), cells.count == 3 else { return [] }
            let value = UInt64(cells[1].trimmingCharacters(in: .whitespaces))
            return cells[2].matches(of: /`(\w+\.\w+)`/).map {
                Limit(name: String($0.1), value: value)
            }
        }
    }

    /// Constants called a maximum, a limit or the longest, by the type around them.
    private static func found() throws -> [Limit] {
        let sources = root.appending(path: "Sources")
        let paths = try FileManager.default.subpathsOfDirectory(atPath: sources.path)
        return try paths.filter(isRead).sorted().flatMap { path in
            var type = ""
            let text = try String(contentsOf: sources.appending(path: path), encoding: .utf8)
            return text.split(separator: "\n").compactMap { line -> Limit? in
                let opening = /^(?:@?\w+ )*(?:struct|enum|class|extension) (\w+)/
                if let match = line.firstMatch(of: opening) { type = String(match.1) }
                let constant =
                    /static let (maximum\w*|\w*[lL]imit|longest\w*|contentSize)(?:: \w+)? =(?: (\S.*))?/
                guard let match = line.firstMatch(of: constant) else { return nil }
                return Limit(
                    name: "\(type).\(match.1)", value: match.2.flatMap { number(String($0)) })
            }
        }
    }

    /// Kernels, caches of the tokenizer and the values of options bound no input.
    private static func isRead(_ path: String) -> Bool {
        let others = ["NumericKernels/", "Numerics/", "CommandLineTool/", "UpdateCodec/Small"]
        let caches = ["Tokenization/PieceCache", "Tokenization/LongPieceCache", "Corpus/Learning/"]
        return path.hasSuffix(".swift")
            && !(others + caches + ["UpdateCodec/BlockGrid"]).contains { path.hasPrefix($0) }
    }

    /// The value of a number, or of `a << b` and `a << b - c` as Swift reads them; nil otherwise.
    private static func number(_ text: String) -> UInt64? {
        let digits = text.replacing("_", with: "")
        if let match = digits.wholeMatch(of: /(\d+) << (\d+)(?: - (\d+))?/) {
            guard let base = UInt64(match.1), let shift = UInt64(match.2) else { return nil }
            return base << shift - (match.3.flatMap { UInt64($0) } ?? 0)
        }
        return UInt64(digits)
    }
}
