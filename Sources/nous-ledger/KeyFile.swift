import CommandLineTool
import Encodings
import Identity
import Storage

/// Key files named on the command line.
enum KeyFile {
    /// Reads a private key.
    static func read(_ path: String) throws -> SigningKey {
        let bytes = try Files.read(path: path, limit: SigningKey.maximumFileSize)
        do throws(MalformedInput) {
            return try SigningKey(parsing: bytes)
        } catch {
            throw error.within(path)
        }
    }

    /// Writes a private key for its owner alone; a file that holds another key is left alone.
    static func write(_ key: SigningKey, to path: String) throws {
        if Files.exists(path) {
            let old = try? read(path)
            guard old?.publicKey == key.publicKey else {
                throw Failure(
                    .cannotCreate, "'\(path)' exists", hint: "a key is never overwritten")
            }
            return
        }
        var file = try AtomicFile(creating: path, mode: 0o600)
        try file.write(key.solanaJSON)
        try file.commitNew()
    }
}

/// Public keys and digests as options take them.
enum Parse {
    /// A base58 public key.
    static func key(_ text: String, _ option: String) throws -> PublicKey {
        guard let key = PublicKey(base58: text) else {
            throw Failure(.usage, "\(option): expected a base58 public key, found '\(text)'")
        }
        return key
    }

    /// A SHA-256 digest in hexadecimal.
    static func digest(_ text: String, _ option: String) throws -> Digest {
        guard let digest = Digest(hex: text) else {
            throw Failure(.usage, "\(option): expected 64 hexadecimal digits, found '\(text)'")
        }
        return digest
    }
}
