import ArgumentParser
import Attestation
import CommandLineTool
import Encodings
import Storage

/// Checks a model against its signature.
struct CheckModel: Tool {
    static let configuration = CommandConfiguration(
        commandName: "check-model",
        abstract: "Check that a model is the one that was signed.",
        discussion: """
            Every file must be there with the bytes that were signed, and no other but those that \
            the signature leaves out. If so, the checkpoints that the model comes from are \
            printed, one record a line, the latest first. Else what differs is printed, and the \
            status is 1, as it is if the signature is not by --signer. Signatures of OpenSSF Model \
            Signing v1.0 by other programs are read too.

            Example:
              nous-verify check-model next.tar.zst --signature model.sig \\
                --signer release.pub | jq -r '.contributions[]'
            """)

    @Option(
        help: ArgumentHelp("The signature; - is standard input.", valueName: "file"))
    var signature: String

    @Option(
        help: ArgumentHelp(
            "The signer's public key in base58, or a file with one in PEM.", valueName: "key"))
    var signer: String

    @Argument(
        help: ArgumentHelp(
            "A directory or the bundle of a checkpoint; - is standard input.", valueName: "model"))
    var model: String

    func validate() throws {
        try Operand.expectOneStream([signature, signer, model])
    }

    func run() throws {
        let key = try SignerKey.read(public: signer)
        guard let statement = try read(signedBy: key) else {
            throw Failure(.answerIsNo, "\(Operand.name(signature)): not signed by \(key)")
        }
        let own = try ModelOperand.path(of: signature, in: model)
        let left = IgnoredPaths(statement.ignored.paths + own)
        let found = try ModelOperand(model, ignoring: left)
        let differences = found.inventory.differences(from: statement.inventory)
        for difference in differences {
            try Operand.print("\(difference.path): \(difference.kind.rawValue)")
        }
        guard differences.isEmpty else { throw ExitCode(ExitStatus.answerIsNo.rawValue) }
        if let origin = try found.origin(), let stated = statement.line.origins.first,
            stated != origin
        {
            throw Failure(
                .answerIsNo,
                "\(Operand.name(model)): is checkpoint \(origin.checkpoint), signed as"
                    + " \(stated.checkpoint)")
        }
        for origin in statement.line.origins {
            try Operand.print(origin.json.orderedText)
        }
    }

    private func read(signedBy key: EnvelopeVerificationKey) throws -> ModelStatement? {
        let bytes = try Operand.read(signature, limit: ModelSignature.maximumSize)
        do throws(MalformedInput) {
            return try ModelSignature(parsing: bytes).statement(signedBy: key)
        } catch {
            throw error.within(Operand.name(signature))
        }
    }
}
