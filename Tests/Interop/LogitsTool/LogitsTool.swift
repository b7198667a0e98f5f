import Artifacts
import Foundation
import LanguageModel
import Numerics
import Rounds
import Storage

/// Writes this project's logits for another program to compare.
///
/// Arguments: a checkpoint file, tokens (uint32, little-endian), and the file to write: logits
/// `[tokens, vocabulary]`, float32.
@main
enum LogitsTool {
    static func main() throws {
        let arguments = CommandLine.arguments
        guard arguments.count == 4 else {
            FileHandle.standardError.write(Data("interop-logits: wrong arguments\n".utf8))
            exit(64)
        }
        var source = try FileSource(path: arguments[1])
        let checkpoint = try Checkpoint(Artifact.read(from: &source, expecting: .checkpoint))
        let tokenBytes = try Data(contentsOf: URL(fileURLWithPath: arguments[2]))
        let tokens = unsafe tokenBytes.withUnsafeBytes {
            unsafe Array($0.bindMemory(to: UInt32.self))
        }
        let model = LanguageModel(
            configuration: checkpoint.configuration,
            parameters: .float32(checkpoint.parameters),
            arithmetic: Arithmetic(threads: 2))
        let logits = model.logits(of: tokens).view.array
        try unsafe logits.withUnsafeBytes { unsafe Data($0) }
            .write(to: URL(fileURLWithPath: arguments[3]))
    }
}
