import ArgumentParser
import CommandLineTool

/// Trains one worker's share of a round, and what belongs to it.
@main
struct NousTrain: Tool {
    static let configuration = CommandConfiguration(
        commandName: "nous-train",
        abstract: "Train on an assignment and write a signed contribution.",
        discussion: """
            A contribution is a pure function of the run file, the base checkpoint, the data, the \
            assignment and the worker's state: any machine, with any number of threads, writes the \
            same bytes.

            Example:
              nous-train init --run run.yaml --tokenizer tokenizer.json -o base.tar.zst
              nous-train run --run run.yaml --base base.tar.zst --data data \\
                --assignments assignments --key worker.json --state states \\
                -o anna.contribution
              nous-train eval --data data base.tar.zst
            """,
        version: toolVersion,
        subcommands: [
            Initialize.self, Run.self, Evaluate.self, Generate.self, Export.self,
            PrintMethod.self,
        ])
}
