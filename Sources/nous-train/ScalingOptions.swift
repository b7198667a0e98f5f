import ArgumentParser
import LanguageModel

/// How `init --from` lengthens the context of a model.
struct ScalingOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "Lengthen the context of the --from model: yarn, llama3, linear or dynamic.",
            valueName: "kind"))
    var ropeScaling: RotaryScaling.Kind?

    @Option(help: ArgumentHelp("How many times as long the context becomes.", valueName: "n"))
    var factor: Double?

    func validate() throws {
        guard (ropeScaling == nil) == (factor == nil) else {
            throw ValidationError("--rope-scaling and --factor go together")
        }
    }

    /// Whether the model stays as it is.
    var isEmpty: Bool { ropeScaling == nil }

    /// The model with a longer context, or as it is.
    func applied(to model: ModelConfiguration) throws -> ModelConfiguration {
        guard let ropeScaling, let factor else { return model }
        return try model.extended(by: ropeScaling, factor: factor)
    }
}

extension RotaryScaling.Kind: ExpressibleByArgument {}
