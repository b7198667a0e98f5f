import Encodings
package import Identity
import Storage

/// Signing keys by operand.
package enum KeyFile {
    /// Reads a `solana-keygen` JSON file or an unencrypted OpenSSH Ed25519 key.
    package static func read(_ operand: String) throws -> SigningKey {
        let bytes = try Operand.read(operand, limit: SigningKey.maximumFileSize)
        do {
            return try SigningKey(parsing: bytes)
        } catch {
            throw error.within(Operand.name(operand))
        }
    }
}
