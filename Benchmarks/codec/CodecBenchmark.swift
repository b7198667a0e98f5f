import Glibc
import LanguageModel
import Numerics
import Storage
import UpdateCodec

/// What an update costs on real pseudo-gradients: bits of places and values, and the speed of one
/// core.
///
///     bench-codec TEXT OUTPUT
///
/// Trains a small model on the bytes of TEXT, prints a table, and writes NDJSON to OUTPUT.
@main
enum CodecBenchmark {
    static func main() throws {
        let arguments = Array(CommandLine.arguments.dropFirst())
        guard arguments.count == 2 else {
            print("usage: bench-codec TEXT OUTPUT")
            exit(64)
        }
        let text = try Files.read(path: arguments[0], limit: 1 << 28)
        print("training a small model for its pseudo-gradients")
        let worker = try SampleWorker(text)
        worker.train()
        var report = CodecReport(worker: worker)
        for measurement in measurements(worker) { report.add(measurement) }
        try report.write(to: arguments[1])
    }

    private static func measurements(_ worker: SampleWorker) -> [CodecReport.Row] {
        let update = CodecMeasurement(worker)
        var rows = [
            CodecReport.Row(
                "k=64 of 4096, sign", update.bitsPerParameter(keep: 64, .sign), "bit/parameter",
                peer: "12-bit indices and 2-bit values, as SparseLoCo publishes", 0.21875)
        ]
        for keep in [32, 64, 128, 256] {
            rows.append(
                CodecReport.Row(
                    "index, k=\(keep) of 4096", update.bitsPerIndex(keep: keep), "bit",
                    peer: "log2 C(4096, k) / k",
                    TensorCodec.choiceBits(keep, of: 4096) / Double(keep)))
        }
        rows.append(
            CodecReport.Row(
                "k=4 of 4096, unit-sign, cosine", update.bitsOfDisTrOChunk, "bit/chunk",
                peer: "Psyche's 16-bit indices and sign bits", 68))
        for values in ValueFormat.allCases {
            let speed = update.speed(keep: 64, values)
            let name = "k=64 of 4096, \(values.rawValue)"
            rows.append(CodecReport.Row("encode, " + name, speed.encode, "MB/s", target: 200))
            rows.append(CodecReport.Row("decode, " + name, speed.decode, "MB/s", target: 200))
        }
        let dense = update.speed(keep: 4096, .int8)
        rows.append(CodecReport.Row("encode, dense, int8", dense.encode, "MB/s", target: 200))
        rows.append(CodecReport.Row("decode, dense, int8", dense.decode, "MB/s", target: 200))
        rows.append(CodecReport.Row("cosine transform", update.transformSpeed, "MB/s"))
        return rows
    }
}
