import Encodings

/// Keys in PEM (RFC 7468): one, with nothing before or after it.
package enum PEM {
    /// The first line of a public key of any kind.
    static let publicKeyBeginning = "-----BEGIN PUBLIC KEY-----"

    /// The last line of a public key.
    static let publicKeyEnding = "-----END PUBLIC KEY-----"

    /// The first lines of private keys on elliptic curves: PKCS#8 and SEC 1.
    package static let privateKeyBeginnings = [
        "-----BEGIN PRIVATE KEY-----", "-----BEGIN EC PRIVATE KEY-----",
    ]

    /// The text of `file` and the curve that its key names, which must be one that we know.
    ///
    /// The curve is looked for here because a private key says nothing else of it: its number is
    /// one on any curve of that size.
    static func ellipticCurveKey(_ file: [UInt8]) -> (text: String, curve: EllipticCurve)? {
        guard let text = String(validating: file, as: UTF8.self) else { return nil }
        let lines = text.split(separator: "\n")
        guard lines.count > 2, let contents = Base64.decode(lines[1..<(lines.count - 1)].joined())
        else { return nil }
        let curves = EllipticCurve.allCases.filter {
            contents.firstRange(of: $0.identifier) != nil
        }
        return curves.count == 1 ? (text, curves[0]) : nil
    }
}

/// A curve that ECDSA keys are on.
enum EllipticCurve: CaseIterable {
    case p256
    case p384
    case p521

    /// The object identifier of the curve in DER (RFC 5480 section 2.1.1.1).
    var identifier: [UInt8] {
        switch self {
        case .p256: [0x06, 0x08, 0x2A, 0x86, 0x48, 0xCE, 0x3D, 0x03, 0x01, 0x07]
        case .p384: [0x06, 0x05, 0x2B, 0x81, 0x04, 0x00, 0x22]
        case .p521: [0x06, 0x05, 0x2B, 0x81, 0x04, 0x00, 0x23]
        }
    }
}
