import Encodings
import Foundation
import LanguageModel
import Numerics
import Optimization
import Rounds
import SampleRound

/// Trains by a method for some rounds of one step a worker and writes all that another program
/// needs to compute the same: `plan.json`, and float32 files of gradients and weights.
///
///     interop-methods METHOD ROUNDS DIRECTORY        a method of the run file, or `sgd`
///     interop-methods orthogonalise ROWS COLUMNS IN OUT
@main
enum MethodsTool {
    static func main() throws {
        let arguments = Array(CommandLine.arguments.dropFirst())
        switch arguments.count {
        case 5 where arguments[0] == "orthogonalise":
            try orthogonalise(arguments)
        case 3:
            var run = try MethodRun(arguments[0])
            try run.play(rounds: Int(arguments[1]) ?? 1, into: arguments[2])
        default:
            FileHandle.standardError.write(Data("interop-methods: wrong arguments\n".utf8))
            exit(64)
        }
    }

    private static func orthogonalise(_ arguments: [String]) throws {
        let data = try Data(contentsOf: URL(fileURLWithPath: arguments[3]))
        let floats = unsafe data.withUnsafeBytes { bytes in
            unsafe Array(bytes.bindMemory(to: Float.self))
        }
        let result = NewtonSchulz.orthogonalise(
            Matrix(
                FloatStorage(copying: floats).view, rows: Int(arguments[1]) ?? 0,
                columns: Int(arguments[2]) ?? 0), Arithmetic(threads: 2))
        try write(result.array, to: arguments[4])
    }

    /// Writes floats, little-endian.
    static func write(_ floats: [Float], to path: String) throws {
        let data = unsafe floats.withUnsafeBytes { unsafe Data($0) }
        try data.write(to: URL(fileURLWithPath: path))
    }
}
