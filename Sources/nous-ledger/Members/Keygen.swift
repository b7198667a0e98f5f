import ArgumentParser
import CommandLineTool
import Encodings
import Identity
import Storage

/// Makes a key.
struct Keygen: Tool {
    static let configuration = CommandConfiguration(
        commandName: "keygen",
        abstract: "Make an Ed25519 key in the form of solana-keygen.",
        discussion: """
            With -o the key is written for its owner alone and the public key is printed; \
            without, the key itself is printed. An existing key is never overwritten.

            Example:
              nous-ledger keygen -o worker.json
              nous-ledger keygen --public worker.json
            """)

    @Option(name: .shortAndLong, help: ArgumentHelp("Where to write the key.", valueName: "file"))
    var output: String?

    @Option(
        help: ArgumentHelp(
            "Derive the key from a phrase: for demonstrations only, anybody can do the same.",
            valueName: "text"))
    var seedFrom: String?

    @Option(
        name: .customLong("public"),
        help: ArgumentHelp("Make nothing; print the public key of a key file.", valueName: "file"))
    var publicOf: String?

    @OptionGroup var global: GlobalOptions

    func validate() throws {
        guard publicOf == nil || (output == nil && seedFrom == nil) else {
            throw ValidationError("--public goes with no other option")
        }
    }

    func run() throws {
        if let publicOf {
            return try Operand.print(try KeyFile.read(publicOf).publicKey.base58)
        }
        let key = seedFrom.map { SigningKey(seed: Self.seed(ofPhrase: $0)) } ?? .generate()
        if seedFrom != nil && !global.quiet {
            Terminal.report(
                "nous-ledger: warning: a demonstration key; whoever knows the phrase can sign")
        }
        guard let output, !Operand.isStream(output) else {
            return try Operand.print(String(decoding: key.solanaJSON, as: UTF8.self))
        }
        try KeyFile.write(key, to: output)
        try Operand.print(key.publicKey.base58)
    }

    /// SHA-256 of a line that names the purpose, and the phrase.
    private static func seed(ofPhrase phrase: String) -> [UInt8] {
        Digest(hashing: Array("nous-tools demonstration key v1\n\(phrase)".utf8)).bytes
    }
}
