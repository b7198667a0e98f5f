import Encodings
import Foundation
import LanguageModel
import Numerics

/// Writes this project's losses and gradients for another program to compare.
///
/// Arguments: `config.json`, parameters (float32, little-endian, in the layout's order), tokens
/// (uint32, sequences of T + 1), T, threads, micro-batch, and the files to write: gradients and
/// losses, both float32, and the configuration as `config.json`; then, if wanted, logits `[N, V]` (to
/// `-`: nowhere), and a file to read, `{"reset_attention":true,"segments":[[3,4],…]}`, with the lengths
/// of the documents in each sequence.
@main
enum GradientsTool {
    static func main() throws {
        let arguments = CommandLine.arguments
        guard 10...12 ~= arguments.count, let length = Int(arguments[4]),
            let threads = Int(arguments[5]), let microBatch = Int(arguments[6])
        else {
            FileHandle.standardError.write(Data("interop-gradients: wrong arguments\n".utf8))
            exit(64)
        }
        let config = try JSON(parsing: Array(read(arguments[1])))
        let configuration = try ModelConfiguration(huggingFace: config)
        let parameters: [Float] = elements(try read(arguments[2]))
        let tokens: [UInt32] = elements(try read(arguments[3]))
        let model = LanguageModel(
            configuration: configuration,
            parameters: .float32(FloatStorage(copying: parameters)),
            arithmetic: Arithmetic(threads: threads))
        let documents = try arguments.dropFirst(11).first.map {
            try JSON(parsing: Array(read($0)))
        }
        let sequences = stride(from: 0, to: tokens.count, by: length + 1).map { start in
            TokenSequence(
                Array(tokens[start..<start + length + 1]),
                segments: documents.map { lengths(start / (length + 1), in: $0) },
                resetsAttention: documents?["reset_attention"]?.bool ?? false)
        }
        let predicted = sequences.reduce(0) { $0 + $1.predictedCount }
        let gradient = FloatStorage(count: model.layout.count)
        let losses = model.accumulateGradients(
            of: sequences, into: gradient,
            lossScale: 1 / Float(predicted), microBatch: microBatch)
        try write(gradient.view.array, to: arguments[7])
        try write(losses, to: arguments[8])
        let written = configuration.huggingFaceConfig(beginningToken: nil, endToken: nil)
        try Data(written.prettyBytes()).write(to: URL(fileURLWithPath: arguments[9]))
        guard let path = arguments.dropFirst(10).first, path != "-" else { return }
        try write(
            sequences.flatMap { model.logits(of: Array($0.tokens.dropLast())).view.array }, to: path
        )
    }

    /// The lengths of the documents in sequence `index`.
    private static func lengths(_ index: Int, in documents: JSON) -> [Int] {
        (documents["segments"]?.array?[index].array ?? []).compactMap { $0.integer.map(Int.init) }
    }

    private static func read(_ path: String) throws -> Data {
        try Data(contentsOf: URL(fileURLWithPath: path))
    }

    private static func elements<Element>(_ data: Data) -> [Element] {
        unsafe data.withUnsafeBytes { bytes in
            unsafe Array(bytes.bindMemory(to: Element.self))
        }
    }

    private static func write(_ floats: [Float], to path: String) throws {
        let data = unsafe floats.withUnsafeBytes { unsafe Data($0) }
        try data.write(to: URL(fileURLWithPath: path))
    }
}
