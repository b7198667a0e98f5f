package import Encodings
import Yams

/// Reads YAML as the JSON value it means, so that one strict reader serves every record.
package enum YAML {
    /// The largest file read.
    package static let sizeLimit = 1 << 20

    /// The value of one document of mappings, sequences and scalars (YAML 1.2 core schema, without
    /// anchors, aliases and tags).
    package static func parse(_ bytes: [UInt8]) throws(MalformedInput) -> JSON {
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw MalformedInput("expected UTF-8 text")
        }
        try refuseAnchors(bytes)
        let root: Node?
        do {
            root = try Yams.compose(yaml: text)
        } catch {
            throw MalformedInput("not YAML: \(firstLine("\(error)"))")
        }
        guard let root else { throw MalformedInput("expected a mapping, found an empty document") }
        return try value(root)
    }

    /// Refuses words that may be anchors or tags, before parsing: aliases of aliases of aliases
    /// would take time without bound.
    ///
    /// A comment may have such words, on a line of ASCII without quotes: there it surely is one.
    private static func refuseAnchors(_ bytes: [UInt8]) throws(MalformedInput) {
        let lines = bytes.split(omittingEmptySubsequences: false) { $0 == 0x0A || $0 == 0x0D }
        for (number, line) in lines.enumerated() {
            var before = UInt8(ascii: " ")
            let isPlain = line.allSatisfy { $0 < 0x80 && !"\"'".utf8.contains($0) }
            for (byte, after) in zip(line, line.dropFirst() + [UInt8(ascii: " ")]) {
                let startsWord = " \t[{,:-?\"'".utf8.contains(before)
                if isPlain, " \t".utf8.contains(before), byte == UInt8(ascii: "#") { break }
                if startsWord, "&!".utf8.contains(byte), !" \t".utf8.contains(after) {
                    throw MalformedInput(
                        "line \(number + 1): expected no anchor and no tag, found a word that"
                            + " starts with '\(Unicode.Scalar(byte))'")
                }
                before = byte
            }
        }
    }

    private static func value(_ node: Node) throws(MalformedInput) -> JSON {
        switch node {
        case .mapping(let mapping):
            var members: [JSONMember] = []
            var names: Set<[UInt8]> = []
            for (key, child) in mapping {
                guard case .scalar(let name) = key else {
                    throw MalformedInput("line \(line(key)): expected a plain key")
                }
                guard names.insert(Array(name.string.utf8)).inserted else {
                    throw MalformedInput("line \(line(key)): key '\(name.string)' stands twice")
                }
                members.append(JSONMember(key: name.string, value: try value(child)))
            }
            return .object(members)
        case .sequence(let sequence):
            var elements: [JSON] = []
            for child in sequence { elements.append(try value(child)) }
            return .array(elements)
        case .scalar(let scalar):
            return self.scalar(scalar)
        case .alias:
            throw MalformedInput("line \(line(node)): expected no alias")
        }
    }

    /// A plain scalar is a number, truth value or null if it reads as one; quoted ones are strings.
    private static func scalar(_ scalar: Node.Scalar) -> JSON {
        guard scalar.style == .plain || scalar.style == .any else { return .string(scalar.string) }
        switch scalar.string {
        case "", "~", "null": return .null
        case "true": return .bool(true)
        case "false": return .bool(false)
        default: break
        }
        let text = scalar.string
        if let integer = Int64(text), !text.hasPrefix("+"), text == "\(integer)" {
            return .integer(integer)
        }
        if let parsed = try? JSON(parsing: Array(text.utf8)), case .number = parsed {
            return parsed
        }
        return .string(text)
    }

    private static func line(_ node: Node) -> Int { node.mark?.line ?? 0 }

    private static func firstLine(_ text: String) -> String {
        text.split(separator: "\n").first.map(String.init) ?? text
    }
}
