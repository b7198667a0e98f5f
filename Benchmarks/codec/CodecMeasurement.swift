import Glibc
import LanguageModel
import Numerics
import UpdateCodec

/// Bits and seconds of one update, with all its tensors.
struct CodecMeasurement {
    /// How often a speed is measured; the median counts.
    static let repeats = 7

    private let update: FloatStorage
    private let layout: ParameterLayout
    private let arithmetic = Arithmetic(threads: 1)

    init(_ worker: SampleWorker) {
        update = worker.update
        layout = worker.layout
    }

    func bitsPerParameter(keep: Int, _ values: ValueFormat) -> Double {
        total(format(keep: keep, values)).bitsPerElement
    }

    func bitsPerIndex(keep: Int) -> Double {
        let codec = format(keep: keep, .sign)
        // Only whole chunks have the bound that is printed beside it.
        let all = layout.tensors.filter { $0.range.count.isMultiple(of: 4096) }
            .map { measure($0, codec) }.reduce(EncodingMeasure(), +)
        return Double(all.indexBits) / Double(all.sent)
    }

    /// The bits of all chunks of 64 by 64 coefficients over their number.
    var bitsOfDisTrOChunk: Double {
        let codec = format(keep: 4, .unitSign, .cosine)
        let matrices = layout.tensors.filter { tensor in
            tensor.shape.count == 2 && tensor.shape.allSatisfy { $0.isMultiple(of: 64) }
        }
        let all = matrices.map { measure($0, codec) }.reduce(EncodingMeasure(), +)
        return Double(all.indexBits + all.valueBits) / Double(all.elements / 4096)
    }

    /// Megabytes of dense float32 a second: written, and checked and added up.
    func speed(keep: Int, _ values: ValueFormat) -> (encode: Double, decode: Double) {
        let codec = format(keep: keep, values).codec
        var encoded = layout.tensors.map { codec.encode(update.view[$0.range]) }
        let sum = FloatStorage(count: layout.count)
        let writing = median {
            encoded = layout.tensors.map { codec.encode(update.view[$0.range]) }
        }
        let reading = median {
            for (tensor, bytes) in zip(layout.tensors, encoded) {
                let count = tensor.range.count
                guard (try? codec.check(bytes, count: count, named: tensor.name)) != nil else {
                    fatalError("an encoder's bytes are refused")
                }
                codec.accumulate(bytes, times: 0.125, into: sum.view[tensor.range])
            }
        }
        return (megabytes / writing, megabytes / reading)
    }

    /// Megabytes of dense float32 a second, one way.
    var transformSpeed: Double {
        let coefficients = FloatStorage(count: layout.count)
        return megabytes
            / median {
                for tensor in layout.tensors {
                    Transform.cosine.forward(
                        update.view[tensor.range], shape: tensor.shape,
                        into: coefficients.view[tensor.range], arithmetic)
                }
            }
    }

    private static var processorTime: Double {
        var time = timespec()
        unsafe clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
    }

    private var megabytes: Double { Double(4 * layout.count) / 1e6 }

    private func format(
        keep: Int, _ values: ValueFormat, _ transform: Transform = .none
    ) -> UpdateFormat {
        UpdateFormat(
            transform: transform, codec: TensorCodec(chunk: 4096, keep: keep, values: values))
    }

    private func total(_ format: UpdateFormat) -> EncodingMeasure {
        layout.tensors.map { measure($0, format) }.reduce(EncodingMeasure(), +)
    }

    private func measure(_ tensor: ParameterTensor, _ format: UpdateFormat) -> EncodingMeasure {
        let encoded = format.encode(
            update.view[tensor.range], shape: tensor.shape, arithmetic)
        return format.codec(of: tensor.shape).measure(encoded, count: tensor.range.count)
    }

    /// The median of the processor's time for `body`, in seconds; others may be using the machine.
    private func median(_ body: () -> Void) -> Double {
        let times = (0..<CodecMeasurement.repeats).map { _ -> Double in
            let start = CodecMeasurement.processorTime
            body()
            return CodecMeasurement.processorTime - start
        }
        return times.sorted()[times.count / 2]
    }
}
