import Encodings
import Storage

/// A file, a directory or standard input that documents are read from.
package struct InputOperand: Sendable, Equatable {
    /// The path, or `-`.
    package let path: String
    /// What decides its place among others and begins the labels of its documents.
    package let name: String

    /// An operand of a command line, whose name is the last component of its path.
    package init(_ path: String) {
        self.path = path
        let parts = path.utf8.split(separator: UInt8(ascii: "/"))
        name = parts.last.map { String(decoding: $0, as: UTF8.self) } ?? path
    }

    /// A path from a list, whose name is the whole path without a leading `./`.
    package init(listed path: String) {
        self.path = path
        name =
            path.utf8.starts(with: "./".utf8)
            ? String(decoding: path.utf8.dropFirst(2), as: UTF8.self) : path
    }
}

/// A file to be read, and what its documents are called.
struct InputFile {
    /// The path; nil for standard input.
    let path: String?
    let source: String
}

/// Goes through operands and the directories among them in one fixed order.
struct OperandWalk {
    private struct Directory {
        let path: String
        let source: String
        /// The names left, the next one last.
        var names: [String]
    }

    /// The operands left, the next one last.
    private var operands: [InputOperand]
    private var directories: [Directory] = []

    init(_ operands: [InputOperand]) {
        self.operands = operands.sorted { left, right in
            if !left.name.hasSameBytes(as: right.name) {
                return right.name.precedesByBytes(left.name)
            }
            return right.path.precedesByBytes(left.path)
        }
    }

    /// The next file, or nil after the last.
    mutating func next() throws -> InputFile? {
        while true {
            if let directory = directories.last {
                guard let name = directory.names.last else {
                    directories.removeLast()
                    continue
                }
                directories[directories.count - 1].names.removeLast()
                if let file = try enter(name, of: directory) { return file }
            } else if let operand = operands.popLast() {
                if operand.path == "-" { return InputFile(path: nil, source: "-") }
                guard Files.isDirectory(operand.path) else {
                    return InputFile(path: operand.path, source: operand.name)
                }
                try open(operand.path, source: "")
            } else {
                return nil
            }
        }
    }

    /// The file `name` if it is one; a directory is opened, and other things are left out.
    private mutating func enter(_ name: String, of directory: Directory) throws -> InputFile? {
        let path = Files.join(directory.path, name)
        let source = directory.source.isEmpty ? name : "\(directory.source)/\(name)"
        switch try Files.kind(path, followingLinks: false) {
        case .directory:
            try open(path, source: source)
            return nil
        case .regular:
            return InputFile(path: path, source: source)
        case .symbolicLink:
            // Links to directories could lead round in a circle.
            guard try Files.kind(path, followingLinks: true) == .regular else { return nil }
            return InputFile(path: path, source: source)
        case .other, nil:
            return nil
        }
    }

    private mutating func open(_ path: String, source: String) throws {
        directories.append(
            Directory(path: path, source: source, names: try Files.list(path).reversed()))
    }
}
