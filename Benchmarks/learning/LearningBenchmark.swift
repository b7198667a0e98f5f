import Artifacts
import Encodings
import Glibc
import LanguageModel
import Numerics
import Rounds
import Storage

/// Our side of `make bench-learning`, and the comparison with PyTorch's.
///
///     bench-learning train TEXT DIRECTORY     writes what the peer starts from, then our curve
///     bench-learning report DIRECTORY         compares the curves: a table, learning.svg, NDJSON
///
/// `run.sh` runs both and `peer.py` between them.
@main
enum LearningBenchmark {
    static func main() throws {
        let arguments = Array(CommandLine.arguments.dropFirst())
        switch (arguments.first, arguments.count) {
        case ("train", 3): try train(arguments[1], arguments[2])
        case ("report", 2):
            guard try LearningReport(directory: arguments[1]).write() else { exit(1) }
        default: fatalError("usage: bench-learning train TEXT DIRECTORY | report DIRECTORY")
        }
    }

    private static func train(_ path: String, _ directory: String) throws {
        let text = CharacterText(
            try Files.read(path: path, limit: 1 << 30), size: LearningSettings.textSize)
        let settings = LearningSettings(vocabulary: text.characters.count)
        try Files.makeDirectory(directory)
        let arithmetic = Arithmetic(threads: LearningSettings.threads)
        let run = try LearningRun(settings, text, arithmetic)
        try writeInputs(of: run, to: directory)
        var curve: [UInt8] = []
        try run.train { point in
            print(point.text)
            curve += point.json.orderedLine
        }
        try Files.writeAtomically(path: directory + "/ours.ndjson", curve)
    }

    /// What the peer needs to do the same: sizes, tokens, initial weights and the order of the data.
    private static func writeInputs(of run: LearningRun, to directory: String) throws {
        try Files.writeAtomically(
            path: directory + "/settings.json", run.settings.json(run.text).prettyBytes())
        try Files.writeAtomically(
            path: directory + "/initial.safetensors",
            TensorFile.contents(run.model.parameters, layout: run.model.layout).bytes)
        try Files.writeAtomically(
            path: directory + "/tokens.bin",
            (run.text.training + run.text.validation).flatMap(littleEndian))
        let offsets = (0..<run.settings.iterations).flatMap { run.offsets($0) }
        try Files.writeAtomically(
            path: directory + "/offsets.bin", offsets.map { UInt32($0) }.flatMap(littleEndian))
    }

    private static func littleEndian(_ value: UInt32) -> [UInt8] {
        (0..<4).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) }
    }
}
