import Artifacts
import CommandLineTool
import Encodings
import LanguageModel
import Rounds
import RunFiles
import Storage
import TrainShapes

/// A way to compress updates whose checks are timed.
struct CheckedCodec {
    let keep: Int64
    let values: String

    /// From the sparsest to all of the update.
    static let all = [
        CheckedCodec(keep: 64, values: "sign"), CheckedCodec(keep: 128, values: "two-bit"),
        CheckedCodec(keep: 4_096, values: "float16"), CheckedCodec(keep: 4_096, values: "float32"),
    ]
}

/// How fast a contribution is checked on one thread, but for replay: frames, digests, signature,
/// claim, trace, and every chunk of the update.
struct CheckMeasurement {
    /// The measurement in words.
    let line: String

    private static let turns = 5

    /// Checks a contribution under the run file `path` with another model and codec.
    init(run path: String, shape: TrainShape, _ codec: CheckedCodec) throws {
        let inputs = try MergeInputs(
            run: path, shape: shape, rule: [:], keep: codec.keep, values: codec.values)
        let (artifact, run) = (inputs.contribution(), inputs.run)
        let layout = ParameterLayout(run.model)
        var sink = MemorySink()
        try artifact.write(to: &sink)
        let bytes = sink.bytes
        let limits = ContributionFile.limits(layout)
        var seconds: [Double] = []
        for _ in 0..<Self.turns {
            let start = ContinuousClock.now
            let read = try Artifact.read(bytes: bytes, expecting: .contribution, limits: limits)
            let contribution = try Contribution(read, layout: layout, codec: run.codec.codec)
            let isSigned = read.manifest.signers.contains(contribution.claim.worker)
            precondition(isSigned, "a signed contribution")
            seconds.append((ContinuousClock.now - start) / .seconds(1))
        }
        let median = seconds.sorted()[Self.turns / 2]
        let rate = Double(bytes.count) / median * 1e-6
        let represented = 4 * Double(layout.count) / median * 1e-6
        line =
            "\(codec.values), \(codec.keep) of 4096: \(Decimal.bytes(bytes.count)) in "
            + "\(Decimal.text(median * 1e3, places: 1)) ms, \(Decimal.text(rate, places: 0)) MB/s "
            + "of the file, \(Decimal.text(represented, places: 0)) MB/s of the update"
    }
}
