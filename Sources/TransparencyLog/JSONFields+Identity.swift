package import Encodings
package import Identity
package import Storage

extension JSONFields {
    /// The Ed25519 public key in field `name`, in base58.
    package mutating func publicKey(_ name: String) throws(MalformedInput) -> PublicKey {
        try value(name, expected: "a base58 Ed25519 public key") { value in
            value.string.flatMap { PublicKey(base58: $0) }
        }
    }

    /// The SHA-256 digest in field `name`, in lower-case hexadecimal.
    package mutating func digest(_ name: String) throws(MalformedInput) -> Digest {
        try value(name, expected: "64 lower-case hexadecimal digits") { value in
            value.string.flatMap { Digest(hex: $0) }
        }
    }
}
