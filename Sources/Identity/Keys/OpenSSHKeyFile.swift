import Encodings

/// An unencrypted Ed25519 private key file by OpenSSH (its PROTOCOL.key document).
enum OpenSSHKeyFile {
    /// The first line.
    static let beginning = [UInt8]("-----BEGIN OPENSSH PRIVATE KEY-----".utf8)

    private static let ending = "-----END OPENSSH PRIVATE KEY-----"

    /// The 64 bytes of seed and public half in `file`.
    static func keyPair(in file: [UInt8]) throws(MalformedInput) -> [UInt8] {
        var reader = WireReader(try contents(of: file))
        try reader.expect([UInt8]("openssh-key-v1\0".utf8), "openssh-key-v1")
        try reader.expect(string: "none", "cipher none (decrypt it with ssh-keygen -p)")
        try reader.expect(string: "none", "key derivation none")
        try reader.expect(string: "", "no key derivation options")
        try reader.expect([0, 0, 0, 1], "one key")
        var outer = WireReader(try reader.string("public key"))
        var inner = WireReader(try reader.string("private key"))
        try reader.finish()
        let publicHalf = try publicKey(from: &outer)
        try outer.finish()
        guard try inner.take(4, "check number") == inner.take(4, "check number") else {
            throw MalformedInput("OpenSSH key: expected two equal check numbers, found others")
        }
        guard try publicKey(from: &inner) == publicHalf else {
            throw MalformedInput("OpenSSH key: expected one public key, found two")
        }
        let pair = try inner.string("private key")
        guard pair.count == 64, pair[32...].elementsEqual(publicHalf) else {
            throw MalformedInput("OpenSSH key: expected the public half in the private key")
        }
        _ = try inner.string("comment")
        try inner.finishWithPadding()
        return pair
    }

    private static func publicKey(from reader: inout WireReader) throws(MalformedInput) -> [UInt8] {
        try reader.expect(string: "ssh-ed25519", "key type ssh-ed25519")
        let key = try reader.string("public key")
        guard key.count == PublicKey.byteCount else {
            throw MalformedInput("OpenSSH key: expected 32 bytes of public key, found \(key.count)")
        }
        return key
    }

    /// The bytes between the first and the last line.
    private static func contents(of file: [UInt8]) throws(MalformedInput) -> [UInt8] {
        let lines = String(decoding: file, as: UTF8.self)
            .split(separator: "\n", omittingEmptySubsequences: false)
        guard lines.count >= 3, lines.last == "", lines[lines.count - 2] == ending,
            let bytes = Base64.decode(lines[1..<(lines.count - 2)].joined())
        else {
            throw MalformedInput("OpenSSH key: expected base64 lines up to '\(ending)'")
        }
        return bytes
    }
}

/// Reads the length-prefixed strings of the SSH protocol (RFC 4251 section 5).
private struct WireReader {
    private var rest: ArraySlice<UInt8>

    init(_ bytes: [UInt8]) {
        rest = bytes[...]
    }

    mutating func take(_ count: Int, _ what: String) throws(MalformedInput) -> [UInt8] {
        guard count <= rest.count else {
            throw MalformedInput(
                "OpenSSH key: \(what): expected \(count) bytes, found \(rest.count)")
        }
        let bytes = [UInt8](rest.prefix(count))
        rest = rest.dropFirst(count)
        return bytes
    }

    mutating func string(_ what: String) throws(MalformedInput) -> [UInt8] {
        let length = try take(4, what).reduce(0) { $0 << 8 | Int($1) }
        return try take(length, what)
    }

    mutating func expect(_ bytes: [UInt8], _ what: String) throws(MalformedInput) {
        guard try take(bytes.count, what) == bytes else {
            throw MalformedInput("OpenSSH key: expected \(what), found something else")
        }
    }

    mutating func expect(string text: String, _ what: String) throws(MalformedInput) {
        guard try string(what).elementsEqual(text.utf8) else {
            throw MalformedInput("OpenSSH key: expected \(what), found something else")
        }
    }

    func finish() throws(MalformedInput) {
        guard rest.isEmpty else {
            throw MalformedInput("OpenSSH key: expected the end, found \(rest.count) more bytes")
        }
    }

    /// Checks that only the padding (1, 2, 3 and so on up to a multiple of 8 bytes) is left.
    func finishWithPadding() throws(MalformedInput) {
        guard rest.count < 8, rest.endIndex.isMultiple(of: 8),
            rest.elementsEqual((1...8).prefix(rest.count))
        else { throw MalformedInput("OpenSSH key: expected padding at the end") }
    }
}
