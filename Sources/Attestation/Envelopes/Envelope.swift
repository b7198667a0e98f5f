package import Encodings

/// A message of any type with signatures: the envelope of DSSE v1.
package struct Envelope: Sendable, Equatable {
    /// The most bytes in a payload type.
    package static let maximumTypeLength = 1024

    /// The most signatures.
    package static let maximumSignatureCount = 64

    /// What the payload is: a media type or a URI.
    package let payloadType: String

    /// The bytes that are signed, together with their type.
    package let payload: [UInt8]

    /// The signatures in their order, verified or not.
    package private(set) var signatures: [EnvelopeSignature] = []

    /// The envelope of `payload`, not signed by anybody.
    package init(payloadType: String, payload: [UInt8]) {
        self.payloadType = payloadType
        self.payload = payload
    }

    /// Adds a signature of `key`, which readers find by `keyID`.
    package mutating func sign(with key: EnvelopeSigningKey, keyID: String) {
        signatures.append(EnvelopeSignature(keyID: keyID, signature: key.sign(signedBytes)))
    }

    /// The pre-authentication encoding of type and payload, which is what keys sign.
    package var signedBytes: [UInt8] {
        let head = "DSSEv1 \(payloadType.utf8.count) \(payloadType) \(payload.count) "
        return [UInt8](head.utf8) + payload
    }

    /// Whether one of the signatures is by `key`; their names decide nothing.
    package func isSigned(by key: EnvelopeVerificationKey) -> Bool {
        let message = signedBytes
        return signatures.contains { key.isValid(signature: $0.signature, for: message) }
    }
}

/// One signature of an envelope.
package struct EnvelopeSignature: Sendable, Equatable {
    /// The most bytes in the name of a key.
    package static let maximumKeyIDLength = 1024

    /// The most bytes in a signature.
    package static let maximumSignatureLength = 16_384

    /// The name of the key, which is not signed; empty if it has none.
    package let keyID: String

    /// The signature.
    package let signature: [UInt8]
}

extension Envelope {
    /// The envelope in `json`; as DSSE demands, fields that it does not know are passed over.
    package init(_ json: JSON) throws(MalformedInput) {
        var fields = try JSONFields(json, of: "envelope")
        payloadType = try fields.string("payloadType", limit: Self.maximumTypeLength)
        payload = try fields.base64("payload")
        let elements = try fields.array("signatures", limit: Self.maximumSignatureCount)
        guard !elements.isEmpty else {
            throw MalformedInput("expected a signature, found none", in: "envelope")
        }
        for element in elements { signatures.append(try EnvelopeSignature(element)) }
    }

    /// The JSON of this envelope.
    package var json: JSON {
        [
            "payload": .string(Base64.encode(payload)), "payloadType": .string(payloadType),
            "signatures": .array(signatures.map(\.json)),
        ]
    }
}

extension EnvelopeSignature {
    /// The signature in `json`, whose key may have no name, an empty one, or `null`.
    fileprivate init(_ json: JSON) throws(MalformedInput) {
        var fields = try JSONFields(json, of: "signature")
        let limit = Self.maximumKeyIDLength
        keyID =
            try fields.optionalValue("keyid", expected: "a string of at most \(limit) bytes") {
                $0 == .null ? "" : $0.string.flatMap { $0.utf8.count <= limit ? $0 : nil }
            } ?? ""
        signature = try fields.base64("sig")
        guard signature.count <= Self.maximumSignatureLength else {
            throw MalformedInput(
                "expected a signature of at most \(Self.maximumSignatureLength) bytes,"
                    + " found \(signature.count)", in: "envelope")
        }
    }

    /// The JSON of this signature.
    fileprivate var json: JSON {
        ["keyid": .string(keyID), "sig": .string(Base64.encode(signature))]
    }
}

extension JSONFields {
    /// The bytes in field `name`: padded base64 in either alphabet of RFC 4648.
    fileprivate mutating func base64(_ name: String) throws(MalformedInput) -> [UInt8] {
        try value(name, expected: "padded base64") { value in
            guard let text = value.string else { return nil }
            if let bytes = Base64.decode(text) { return bytes }
            guard !text.utf8.contains(UInt8(ascii: "+")), !text.utf8.contains(UInt8(ascii: "/"))
            else { return nil }
            let standard = text.utf8.map { byte in
                switch byte {
                case UInt8(ascii: "-"): UInt8(ascii: "+")
                case UInt8(ascii: "_"): UInt8(ascii: "/")
                default: byte
                }
            }
            return Base64.decode(String(decoding: standard, as: UTF8.self))
        }
    }
}
