import Encodings
package import Identity
import Storage

/// Private keys named on the command line: `solana-keygen` JSON or unencrypted OpenSSH Ed25519.
package enum KeyFile {
    /// Reads a private key.
    package static func read(_ operand: String) throws -> SigningKey {
        let bytes = try Operand.read(operand, limit: SigningKey.maximumFileSize)
        do throws(MalformedInput) {
            return try SigningKey(parsing: bytes)
        } catch {
            throw error.within(Operand.name(operand))
        }
    }

    /// Writes a private key for its owner alone; a file that holds another key is left alone.
    package static func write(_ key: SigningKey, to path: String) throws {
        if Files.exists(path) {
            let old = try? read(path)
            guard old?.publicKey == key.publicKey else {
                throw Failure(
                    .cannotCreate, "'\(path)' exists", hint: "a key is never overwritten")
            }
            return
        }
        try StopSignals.held {
            var file = try AtomicFile(creating: path, mode: 0o600)
            try file.write(key.solanaJSON)
            try file.commitNew()
        }
    }
}
