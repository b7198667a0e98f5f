import Encodings

extension PublicKey {
    /// The bytes before the key in its SubjectPublicKeyInfo (RFC 8410 section 4).
    private static let header: [UInt8] = [
        0x30, 0x2A, 0x30, 0x05, 0x06, 0x03, 0x2B, 0x65, 0x70, 0x03, 0x21, 0x00,
    ]

    /// The key as `openssl pkey -pubout` writes it: SubjectPublicKeyInfo in PEM (RFC 7468).
    package var pem: String {
        "\(PEM.publicKeyBeginning)\n\(Base64.encode(Self.header + bytes))\n\(PEM.publicKeyEnding)\n"
    }

    /// The key in a file such as `pem` spells, or nil if that holds anything else.
    package init?(pem file: [UInt8]) {
        let lines = String(decoding: file, as: UTF8.self).split(separator: "\n")
        guard lines.count == 3, lines[0] == PEM.publicKeyBeginning, lines[2] == PEM.publicKeyEnding,
            let contents = Base64.decode(String(lines[1])), contents.starts(with: Self.header)
        else { return nil }
        self.init([UInt8](contents.dropFirst(Self.header.count)))
    }
}
