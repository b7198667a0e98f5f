import Encodings
import Glibc
import Storage

/// Finds the texts in a file, which may be an archive of archives, one after another.
struct MemberWalk {
    private struct Level {
        let reader: ArchiveReader
        let source: String
        var hasMembers = false
    }

    private let limits: IngestionLimits
    private var levels: [Level] = []

    /// Archives and members without contents.
    private(set) var empty = 0

    init(limits: IngestionLimits) {
        self.limits = limits
    }

    /// Goes on with another file.
    mutating func open(_ file: InputFile) throws {
        let reader: ArchiveReader
        if let path = file.path {
            let descriptor = unsafe Glibc.open(path, O_RDONLY | O_CLOEXEC)
            guard descriptor >= 0 else {
                throw SystemFailure("open", path: path, code: errno, role: .input)
            }
            reader = try ArchiveReader(
                descriptor: descriptor, owned: true, subject: path, limits: limits)
        } else {
            reader = try ArchiveReader(
                descriptor: STDIN_FILENO, owned: false, subject: "standard input", limits: limits)
        }
        levels = [Level(reader: reader, source: file.source)]
    }

    /// The next text of the file, or nil if there is none left.
    ///
    /// The one before can be read no more.
    mutating func next() throws -> TextStream? {
        while let level = levels.last {
            guard let member = try level.reader.nextMember() else {
                if !level.hasMembers { empty += 1 }
                levels.removeLast()
                continue
            }
            levels[levels.count - 1].hasMembers = true
            if level.reader.isPlain {
                return TextStream(level.reader, source: level.source)
            }
            guard levels.count <= limits.depth else {
                throw MalformedInput(
                    "archives nested deeper than \(limits.depth) levels, which is the limit",
                    in: level.source)
            }
            let inner = member.name.map { "\(level.source)/\($0)" } ?? level.source
            levels.append(
                Level(
                    reader: try ArchiveReader(memberOf: level.reader, subject: inner),
                    source: inner))
        }
        return nil
    }
}

/// The bytes of one text as they come, less a byte order mark at the beginning.
struct TextStream {
    private let reader: ArchiveReader
    private var hasBegun = false
    private var isAtEnd = false

    /// Where the text came from.
    let source: String

    /// Whether a byte order mark was taken away.
    private(set) var hadMark = false

    init(_ reader: ArchiveReader, source: String) {
        self.reader = reader
        self.source = String(decoding: source.utf8, as: UTF8.self)
    }

    /// Adds the next bytes to `bytes`; false at the end.
    mutating func read(into bytes: inout [UInt8], through scratch: inout [UInt8]) throws -> Bool {
        if hasBegun { return try readPart(into: &bytes, through: &scratch) }
        hasBegun = true
        var start: [UInt8] = []
        while start.count < Self.mark.count, !isAtEnd {
            _ = try readPart(into: &start, through: &scratch)
        }
        hadMark = start.starts(with: Self.mark)
        bytes += hadMark ? start.dropFirst(Self.mark.count) : start[...]
        return !start.isEmpty
    }

    private mutating func readPart(
        into bytes: inout [UInt8], through scratch: inout [UInt8]
    ) throws -> Bool {
        let count = unsafe try scratch.withUnsafeMutableBytes { unsafe try reader.read(into: $0) }
        bytes += scratch[..<count]
        isAtEnd = count == 0
        return count > 0
    }

    private static let mark: [UInt8] = [0xEF, 0xBB, 0xBF]
}
