import ArgumentParser
import Attestation
import CommandLineTool
import Encodings
import Identity
import Storage

/// Signs all files of a model.
struct SignModel: Tool {
    static let configuration = CommandConfiguration(
        commandName: "sign-model",
        abstract: "Sign a model for release, with the checkpoints it comes from.",
        discussion: """
            The signature follows OpenSSF Model Signing v1.0: it lists every file with its digest. \
            A bundle is signed as the directory it unpacks to. If the model is a checkpoint, the \
            run, the round and the contributions merged into it are signed too, and with \
            --ancestor those of the checkpoints before it. Other programs that check such \
            signatures want a key on P-256, P-384 or P-521 in PEM; any other key is Ed25519.

            Example:
              nous-verify sign-model next.tar.zst --key release.pem \\
                --ancestor base.tar.zst -o model.sig
            """)

    @Option(help: ArgumentHelp("The signing key.", valueName: "file"))
    var key: String

    @Option(
        name: .shortAndLong,
        help: ArgumentHelp(
            "Where to write the signature; standard output unless given.", valueName: "file"))
    var output: String?

    @Option(
        name: .customLong("ancestor"),
        help: ArgumentHelp("A checkpoint before this one; repeatable.", valueName: "checkpoint"))
    var ancestors: [String] = []

    @Option(
        name: .customLong("ignore"),
        help: ArgumentHelp(
            "A path in the model to leave out, with all under it; repeatable.", valueName: "path"))
    var ignored: [String] = []

    @Argument(
        help: ArgumentHelp(
            "A directory or the bundle of a checkpoint; - is standard input.", valueName: "model"))
    var model: String

    func validate() throws {
        try Operand.expectOneStream([key, model] + ancestors)
        for path in ignored where !ModelPath.isValid(path) {
            throw ValidationError("--ignore: expected a relative path, found '\(path)'")
        }
    }

    func run() throws {
        let signingKey = try SignerKey.read(signing: key)
        try output.map { try Operand.expectWritable($0) }
        let statement = try statement()
        if let output, isSigned(output, statement, signingKey) { return }
        try Operand.write(
            ModelSignature(statement, signedWith: signingKey).bytes, to: output)
    }

    private func statement() throws -> ModelStatement {
        let own = try output.map { try ModelOperand.path(of: $0, in: model) } ?? []
        let left = IgnoredPaths(ignored + own)
        let found = try ModelOperand(model, ignoring: left)
        let origin = try found.origin()
        let origins = try ancestors.map { try ModelOperand.origin($0) }
        let name = try ModelOperand.name(model)
        do throws(MalformedInput) {
            let line = try CheckpointLine((origin.map { [$0] } ?? []) + origins)
            if let origin, line.origins.first != origin {
                throw MalformedInput(
                    "expected --ancestor checkpoints before this one, found others")
            }
            return try ModelStatement(
                name: name, inventory: found.inventory, ignoring: left, line: line)
        } catch {
            throw error.within(Operand.name(model))
        }
    }

    /// Whether a file says the same already; only Ed25519 would give the same bytes again.
    private func isSigned(
        _ output: String, _ statement: ModelStatement, _ key: EnvelopeSigningKey
    ) -> Bool {
        guard let bytes = try? Files.read(path: output, limit: ModelSignature.maximumSize),
            let signature = try? ModelSignature(parsing: bytes),
            let signed = try? signature.statement(signedBy: key.verificationKey)
        else { return false }
        return signed == statement
    }
}
