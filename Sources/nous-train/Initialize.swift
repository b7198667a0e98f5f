import ArgumentParser
import Artifacts
import CommandLineTool
import Encodings
import LanguageModel
import ModelFiles
import Rounds
import RunFiles

/// Writes the checkpoint that a run starts from.
struct Initialize: Tool {
    static let configuration = CommandConfiguration(
        commandName: "init",
        abstract: "Write the checkpoint that a run starts from.",
        discussion: """
            The weights are random, drawn by the run's seed, or those of a Hugging Face directory, \
            whose model must then be the run's, after --rope-scaling if that is given. Without \
            --run the checkpoint belongs to no run: it can be evaluated, sampled and exported.

            Example:
              nous-train init --run run.yaml --tokenizer tokenizer.json -o base.tar.zst
              nous-train init --run run.yaml --from model -o pretrained.tar.zst
            """)

    @Option(
        name: .customLong("run"),
        help: ArgumentHelp("The run file; - is standard input.", valueName: "run.yaml"))
    var runFile: String?

    @Option(
        name: .customLong("from"),
        help: ArgumentHelp("A Hugging Face directory to take the weights of.", valueName: "dir"))
    var source: String?

    @OptionGroup var scaling: ScalingOptions

    @Option(
        help: ArgumentHelp(
            "The tokenizer the run names; the one in the --from directory unless given.",
            valueName: "tokenizer.json"))
    var tokenizer: String?

    @Option(
        name: .shortAndLong,
        help: ArgumentHelp("The checkpoint; standard output unless given.", valueName: "file"))
    var output: String?

    @OptionGroup var global: GlobalOptions

    func validate() throws {
        guard runFile != nil || source != nil else {
            throw ValidationError("give --run, --from or both")
        }
        guard tokenizer != nil || source != nil else {
            throw ValidationError("give --tokenizer, or a directory --from that has one")
        }
        guard scaling.isEmpty || source != nil else {
            throw ValidationError("--rope-scaling changes the model of a directory --from")
        }
        try Operand.expectOneStream([runFile, tokenizer])
    }

    func run() throws {
        let run = try runFile.map { try RunFile.read($0) }
        let directory = try source.map { try ModelDirectory(path: $0) }
        let given = try directory.map { try scaled($0) }
        if let run, let given { try Initialize.expect(run.model, given, in: source ?? "") }
        guard let model = run?.model ?? given else { return }
        try Initialize.expectHoldable(model)
        let tokenizer = try StartingTokenizer.read(
            tokenizer, directory: directory, run: run, model: model, warn: warn)
        try Operand.expectWritable(output)
        let parameters =
            try directory?.parameters()
            ?? Initialization.parameters(ParameterLayout(model), seed: run?.seed ?? 0)
        let checkpoint = Checkpoint(
            configuration: model, parameters: parameters, outerMomentum: nil,
            tokenizer: tokenizer.bytes, generation: tokenizer.generation,
            lineage: Lineage(run: run?.digest, round: 0, parent: nil, contributions: []))
        try Operand.write(checkpoint.artifact, to: output)
    }

    /// The directory's model, its context lengthened if that is asked for.
    private func scaled(_ directory: ModelDirectory) throws -> ModelConfiguration {
        do {
            return try scaling.applied(to: directory.configuration)
        } catch let error as MalformedInput {
            throw error.within(directory.path)
        }
    }

    /// The directory's model must be the run's in every field.
    private static func expect(
        _ model: ModelConfiguration, _ given: ModelConfiguration, in directory: String
    ) throws(MalformedInput) {
        guard model != given else { return }
        let fields = { (model: ModelConfiguration) in
            model.huggingFaceConfig(beginningToken: nil, endToken: nil).object ?? []
        }
        for (expected, found) in zip(fields(model), fields(given))
        where expected != found {
            throw .field(
                expected.key, expected: "the run's \(expected.value.orderedText)",
                found: found.value.orderedText
            ).within("config.json").within(directory)
        }
        throw MalformedInput("expected the run's model, found another", in: directory)
    }

    /// A model whose weights are larger than a member of a bundle cannot be kept.
    private static func expectHoldable(_ model: ModelConfiguration) throws(MalformedInput) {
        let limit = (Int(ArtifactLimits.maximumMemberSize) - SafetensorsHeader.maximumLength) / 4
        let count = ParameterLayout(model).count
        guard count <= limit else {
            throw MalformedInput(
                "expected a model of at most \(limit) parameters, as a checkpoint can hold,"
                    + " found \(count)")
        }
    }

    private func warn(_ words: String) {
        if !global.quiet { Terminal.report("nous-train: warning: \(words)") }
    }
}
