import Encodings
import Glibc
import Storage
import Tokenization

/// Reads documents from files, directories, archives and compressed streams in one fixed order.
///
/// The order is that of docs/formats/shard.md, section "The order of documents". It does not depend
/// on how a directory lists its files or on the user's locale.
package struct DocumentReader {
    /// What takes the documents, one after another.
    package typealias Handler = (Document) throws -> Void

    private let limits: IngestionLimits
    private let policy: InvalidTextPolicy
    private let longestDocument: Int?

    /// What was read so far.
    package private(set) var counts = IngestionCounts()

    /// A reader; with `longestDocument` longer documents are cut after line ends.
    package init(
        limits: IngestionLimits = .standard, invalidText policy: InvalidTextPolicy = .replace,
        longestDocument: Int? = nil
    ) {
        self.limits = limits
        self.policy = policy
        self.longestDocument = longestDocument
    }

    /// Reads every operand, a file, a directory, or `-` for standard input, and hands every
    /// document to `handle`.
    package mutating func read(operands: [String], handle: Handler) throws {
        let named = operands.map { (name: Self.name(of: $0), operand: $0) }
        let ordered = named.sorted { left, right in
            if !left.name.hasSameBytes(as: right.name) {
                return left.name.precedesByBytes(right.name)
            }
            return left.operand.precedesByBytes(right.operand)
        }
        for (name, operand) in ordered {
            if operand == "-" {
                let reader = try ArchiveReader(
                    descriptor: STDIN_FILENO, owned: false, subject: "standard input")
                try read(reader, source: "-", depth: 1, handle)
            } else if Files.isDirectory(operand) {
                try read(directory: operand, source: "", handle)
            } else {
                try read(file: operand, source: name, handle)
            }
        }
    }

    /// The last component of a path.
    private static func name(of operand: String) -> String {
        let parts = operand.utf8.split(separator: UInt8(ascii: "/"))
        return parts.last.map { String(decoding: $0, as: UTF8.self) } ?? operand
    }

    private mutating func read(
        directory: String, source: String, _ handle: Handler
    ) throws {
        for name in try Files.list(directory) {
            let path = Files.join(directory, name)
            let inner = source.isEmpty ? name : "\(source)/\(name)"
            switch try Files.kind(path, followingLinks: false) {
            case .directory: try read(directory: path, source: inner, handle)
            case .regular: try read(file: path, source: inner, handle)
            case .symbolicLink:
                // Links to directories could lead round in a circle.
                if try Files.kind(path, followingLinks: true) == .regular {
                    try read(file: path, source: inner, handle)
                }
            case .other, nil: continue
            }
        }
    }

    private mutating func read(file: String, source: String, _ handle: Handler) throws {
        let descriptor = unsafe open(file, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else {
            throw SystemFailure("open", path: file, code: errno, role: .input)
        }
        let reader = try ArchiveReader(descriptor: descriptor, owned: true, subject: file)
        try read(reader, source: source, depth: 1, handle)
    }

    /// Reads all members of an archive, which in turn may be archives.
    private mutating func read(
        _ archive: ArchiveReader, source: String, depth: Int, _ handle: Handler
    ) throws {
        var isEmpty = true
        while let member = try archive.nextMember() {
            isEmpty = false
            let inner = member.name.map { "\(source)/\($0)" } ?? source
            guard let bytes = try archive.contents(limit: limits.documentBytes) else {
                throw exceeded("more than \(limits.documentBytes) bytes in one document", inner)
            }
            if archive.isPlain {
                try deliver(bytes, source: source, handle)
            } else {
                try readNested(bytes, source: inner, depth: depth + 1, handle)
            }
        }
        if isEmpty { counts.empty += 1 }
    }

    private mutating func readNested(
        _ bytes: [UInt8], source: String, depth: Int, _ handle: Handler
    ) throws {
        let archive = try ArchiveReader(bytes, subject: source)
        if depth > limits.depth {
            try readInnermost(archive, bytes, source: source, handle)
        } else {
            try read(archive, source: source, depth: depth, handle)
        }
    }

    /// At the greatest depth only what is no archive is read.
    private mutating func readInnermost(
        _ archive: ArchiveReader, _ bytes: [UInt8], source: String, _ handle: Handler
    ) throws {
        let member = try archive.nextMember()
        guard member == nil || archive.isPlain else {
            throw exceeded("archives nested deeper than \(limits.depth) levels", source)
        }
        try deliver(bytes, source: source, handle)
    }

    private mutating func deliver(
        _ bytes: [UInt8], source: String, _ handle: Handler
    ) throws {
        guard !bytes.isEmpty else {
            counts.empty += 1
            return
        }
        guard let text = try wellFormed(bytes, source: source) else { return }
        let document = Document(
            source: String(decoding: source.utf8, as: UTF8.self), bytes: text)
        for piece in longestDocument.map(document.pieces(ofAtMost:)) ?? [document] {
            counts.documents += 1
            counts.bytes += piece.bytes.count
            guard counts.documents <= limits.documents else {
                throw exceeded("more than \(limits.documents) documents", source)
            }
            guard counts.bytes <= limits.totalBytes else {
                throw exceeded("more than \(limits.totalBytes) bytes in all", source)
            }
            try handle(piece)
        }
    }

    private mutating func wellFormed(_ bytes: [UInt8], source: String) throws -> [UInt8]? {
        guard let fault = UTF8Decoding.firstInvalidByte(in: bytes.span) else { return bytes }
        switch policy {
        case .refuse:
            throw MalformedInput("byte \(fault) is not UTF-8", in: source)
        case .skip:
            counts.skipped += 1
            return nil
        case .replace:
            let (text, replacements) = UTF8Decoding.repair(bytes)
            counts.repaired += 1
            counts.replacements += replacements
            return text
        }
    }

    private func exceeded(_ limit: String, _ source: String) -> MalformedInput {
        MalformedInput("\(limit), which is the limit", in: source)
    }
}
