import ArgumentParser
import CommandLineTool
import Encodings
import ModelFiles
import ModelMerging
import RunFiles
import Storage

/// Merges whole models.
struct Models: Tool {
    static let configuration = CommandConfiguration(
        commandName: "models",
        abstract: "Merge whole models into one by a recipe of the shape that mergekit reads.",
        discussion: """
            Models are Hugging Face directories, or checkpoints as files or directories. One tensor \
            at a time is in memory. Methods: linear, slerp, task_arithmetic, ties, dare_linear, \
            dare_ties, breadcrumbs, breadcrumbs_ties, model_stock, passthrough. The recipe is kept \
            in the result as merge.yaml.

            Example:
              nous-merge models merge.yaml -o merged
            """)

    @Option(
        name: .shortAndLong,
        help: ArgumentHelp(
            "The Hugging Face directory to write, empty or not there yet.", valueName: "dir"))
    var output: String

    @Flag(help: "Write the checkpoint of a model that belongs to no run, as a file.")
    var checkpoint = false

    @Option(
        help: ArgumentHelp(
            "Decides which elements dare_linear and dare_ties drop.", valueName: "n"))
    var randomSeed: UInt64 = 0

    @Option(
        help: ArgumentHelp(
            "The most bytes of numbers in one file, such as 500MB or 2GiB; files like those of the base or first model unless given.",
            valueName: "size"))
    var shardSize: ByteCount?

    @Option(
        help: ArgumentHelp(
            "Threads; all processors this process may use unless given.", valueName: "n"))
    var threads: Int?

    @Flag(help: "Print one JSON object about the merge.")
    var json = false

    @Argument(help: ArgumentHelp("The recipe; - is standard input.", valueName: "recipe.yaml"))
    var recipe: String

    @OptionGroup var global: GlobalOptions

    func validate() throws {
        if let threads, !(1...1024).contains(threads) {
            throw ValidationError("--threads must be from 1 to 1024")
        }
        guard !checkpoint || shardSize == nil else {
            throw ValidationError("--shard-size divides a directory, and --checkpoint is one file")
        }
        guard !Operand.isStream(output) else {
            throw ValidationError("a merge of models needs the name of its output")
        }
    }

    func run() throws {
        let (recipe, text) = try RecipeFile.read(self.recipe)
        // From here on a signal must not end the process before unfinished files are gone.
        let stop = StopSignals()
        if checkpoint { try Operand.expectWritable(output) }
        let operands = try recipe.models.map { try ModelOperand($0, beside: output) }
        var merge = try ModelMerge(
            recipe, text: text, operands: operands, seed: randomSeed,
            threads: threads ?? AvailableProcessors.count)
        merge.isInterrupted = { stop.pending() }
        for warning in merge.warnings where !global.quiet {
            Terminal.report("nous-merge: warning: \(warning)")
        }
        var progress = Progress(quiet: global.quiet)
        var done = 0
        merge.report = { total in
            done += 1
            progress.update("tensor", done: done, of: total)
        }
        let summary =
            checkpoint
            ? try merge.write(checkpoint: output)
            : try merge.write(directory: output, shardSize: shardSize?.bytes)
        progress.finish()
        if json {
            try Operand.print(summary.json.orderedText)
        } else if !global.quiet {
            Terminal.report("nous-merge: \(summary.text)")
        }
    }
}

/// Recipes of merges by operand.
enum RecipeFile {
    /// Reads a recipe; its bytes are kept with the merge.
    static func read(_ operand: String) throws -> (MergeRecipe, text: [UInt8]) {
        do {
            let bytes = try Operand.read(operand, limit: YAML.sizeLimit)
            do throws(MalformedInput) {
                return (try MergeRecipe(YAML.parse(bytes)), bytes)
            } catch {
                throw error.within(Operand.name(operand))
            }
        } catch let malformed as MalformedInput {
            throw Failure(.configuration, malformed.description)
        }
    }
}
