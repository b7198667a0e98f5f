import Artifacts
import LanguageModel
import Numerics
import Rounds
import SampleRound
import UpdateCodec

private let differs = "update differs from the trained weights"
private let path = "update.nous"

extension ContributionCase {
    /// Another update than was trained under the trace of the training, and updates that no encoder
    /// writes.
    static let updateLies = [
        contribution("update-of-another", .notReproduced, differs) { honest, setting in
            honest.with(update: try setting.honest(worker: 1).contribution.update)
        },
        contribution("update-of-the-round-before", .notReproduced, differs) { honest, setting in
            let before = setting.earlier[1]
            let old = try before.train(worker: 0, state: setting.states[0][0]).contribution
            return honest.with(update: old.update)
        },
        contribution("update-of-half-the-steps", .notReproduced, differs) { honest, setting in
            let worker = LyingWorker(setting)
            let half = try worker.train(
                worker.inputs(assignment: worker.assignment(steps: [1, 2])))
            return honest.with(update: half.update)
        },
        values("update-zero") { _, _ in 0 },
        values("update-negated") { value, _ in -value },
        values("update-doubled") { value, _ in 2 * value },
        values("update-a-thousandfold") { value, _ in 1000 * value },
        values("update-random") { _, place in Float((place * 7919) % 101) - 50 },
        values("update-one-element-withheld") { value, place in place == 0 ? 0 : value },
        contribution("update-scale-one-step-off", .notReproduced, differs) { honest, _ in
            honest.with(update: honest.update.changing { $0[0] += 1 })
        },
        contribution("update-one-sign", .notReproduced, differs) { honest, _ in
            honest.with(update: honest.update.changing { $0[$0.count - 1] ^= 1 })
        },
        header("magic", 0), header("version", 8), header("transform", 10), header("values", 11),
        header("chunk", 12), header("keep", 16), header("tensors", 20),
        member("update-empty", path, "update.nous: expected a header of ") { _ in [] },
        member("update-cut", path, "update.nous: tensor ") { $0.dropLast() },
        member("update-longer", path, "update.nous: expected ") { $0 + [0] },
        member("update-length-huge", path, "update.nous: tensor ") { bytes in
            Array(bytes[..<24]) + [UInt8](repeating: 0xFF, count: 8) + bytes[32...]
        },
        member("update-of-noise", path, "update.nous: tensor ") { bytes in
            let random = CounterRandom(seed: 3)
            let noise = (0..<UInt64(bytes.count)).map {
                UInt8(random.integer(below: 256, at: 2 * $0))
            }
            return Array(bytes[..<256]) + noise[256...]
        },
        member("update-of-ones", path, "update.nous: tensor ") { bytes in
            bytes.enumerated().map { $0.offset < 256 ? $0.element : 0xFF }
        },
        member("update-compressed-again", path, "update.nous: field 'magic': expected ") { bytes in
            Artifact(kind: .contribution, members: [("a", Array(bytes.prefix(900)))]).fileBytes()
        },
        member("update-within-the-files-limit", path, "update.nous: expected at most ") { bytes in
            bytes + [UInt8](repeating: 0, count: 64 << 20)
        },
    ]

    /// The honest update with every decoded value changed, by value and place among those sent.
    private static func values(
        _ name: String, _ change: @escaping @Sendable (Float, Int) -> Float
    ) -> ContributionCase {
        contribution(name, .notReproduced, differs) { honest, setting in
            let round = setting.round
            let codec = round.run.codec.codec
            var sent = 0
            let values = round.decoded(honest).map { value in
                guard value != 0 else { return value }
                sent += 1
                return change(value, sent - 1)
            }
            let all = FloatView(copying: values)
            return honest.with(
                update: round.base.layout.tensors.map { tensor in
                    codec.encode(
                        all[tensor.range], shape: tensor.shape, Arithmetic(threads: 1))
                })
        }
    }

    private static func header(_ field: String, _ offset: Int) -> ContributionCase {
        member("update-\(field)", path, "update.nous: field '\(field)': expected ") { bytes in
            var bytes = bytes
            bytes[offset] ^= 1
            return bytes
        }
    }
}
