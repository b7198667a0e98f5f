import Encodings
import Storage

/// Reads the lines before the note in a proof or a request.
struct TextLines {
    /// What has not been read.
    private(set) var rest: [UInt8]
    private var number = 0

    /// The lines of a text of at most `limit` bytes.
    init(_ bytes: [UInt8], limit: Int) throws(MalformedInput) {
        guard bytes.count <= limit else {
            throw MalformedInput("expected at most \(limit) bytes, found \(bytes.count)")
        }
        rest = bytes
    }

    /// The next line without its line feed.
    mutating func next(_ expected: String) throws(MalformedInput) -> String {
        number += 1
        guard let end = rest.firstIndex(of: 0x0A),
            let line = String(validating: rest[..<end], as: UTF8.self)
        else { throw MalformedInput("line \(number): expected \(expected), found no such line") }
        rest.removeFirst(end + 1)
        return line
    }

    /// Hashes in base64, one a line, up to and with an empty line.
    mutating func hashes(limit: Int) throws(MalformedInput) -> [Digest] {
        var hashes: [Digest] = []
        while true {
            let line = try next("a hash in base64 or an empty line")
            if line.isEmpty { return hashes }
            guard let hash = Base64.decode(line).flatMap({ Digest($0) }), hashes.count < limit
            else {
                throw MalformedInput(
                    "line \(number): expected at most \(limit) hashes in base64, then an empty"
                        + " line, found \(MalformedInput.quoted(line))")
            }
            hashes.append(hash)
        }
    }
}
