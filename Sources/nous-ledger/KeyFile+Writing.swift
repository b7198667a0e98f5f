import CommandLineTool
import Identity
import Storage

extension KeyFile {
    /// Writes a private key for its owner alone; a file that holds another key is left alone.
    static func write(_ key: SigningKey, to path: String) throws {
        if Files.exists(path) {
            let old = try? KeyFile.read(path)
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
