import Encodings
import LanguageModel
import Numerics
import Rounds
import UpdateCodec

/// The bounds within which a contribution of class `tolerant` is plausible: integers, so that all
/// who compare it say the same.
///
/// They were measured: docs/tolerance.md has the figures, and what passes within them.
package enum Tolerance {
    /// The most that the loss of a step, counted from 0, may be off, in micronats: rounding grows
    /// with the steps.
    package static func lossMicronats(step: Int) -> Int64 { 200 + 20 * Int64(step) }

    /// What holds for each tensor.
    static let tensor = UpdateBounds(alignment: 995_000, length: 120_000)
    /// What holds for the update as a whole.
    static let whole = UpdateBounds(alignment: 999_500, length: 10_000)
}

/// How far an update may be from what we would have sent, in parts per million.
struct UpdateBounds {
    /// The least alignment.
    let alignment: Int
    /// The most that the length may be off.
    let length: Int

    /// What of a distance is out of bounds; nil if nothing is.
    func fault(of distance: UpdateDistance) -> String? {
        guard distance.alignment >= alignment else {
            return "expected an alignment of at least \(alignment) ppm, found "
                + "\(distance.alignment)"
        }
        guard abs(distance.length - 1_000_000) <= length else {
            return "expected a length of 1000000 ppm to within \(length), found "
                + "\(distance.length)"
        }
        return nil
    }
}

/// How far what a worker sent of a tensor, or of all, is from what we would have sent.
///
/// Which elements are the largest hangs on the last bit wherever there are near ties, so what was
/// sent is not compared with what we would send, but by how much of our pseudo-gradient it carries.
struct UpdateDistance {
    /// Products with our pseudo-gradient, and with itself, of what was sent and of our own.
    private var (claimed, own) = (Products(), Products())

    private struct Products {
        var withGradient = 0.0
        var square = 0.0

        /// The length of our pseudo-gradient along this direction.
        var reach: Double { square > 0 ? withGradient / square.squareRoot() : 0 }

        mutating func add(_ encoded: EncodedTensor, _ gradient: FloatView, _ codec: TensorCodec) {
            codec.forEachElement(of: encoded, count: gradient.count) { index, value in
                withGradient += Double(value) * Double(gradient[index])
                square += Double(value) * Double(value)
            }
        }
    }

    /// Nothing of anything.
    init() {}

    /// Adds a tensor as it was sent, and as we would send it, of our `gradient`.
    mutating func add(
        _ sent: EncodedTensor, _ ours: EncodedTensor, of gradient: FloatView, _ codec: TensorCodec
    ) {
        claimed.add(sent, gradient, codec)
        own.add(ours, gradient, codec)
    }

    /// How long our pseudo-gradient is along what was sent, in parts per million of how long it is
    /// along our own: a million if that was chosen as well as ours, negative if it points away.
    var alignment: Int {
        guard own.reach > 0 else { return claimed.square > 0 ? 0 : 1_000_000 }
        return UpdateDistance.partsPerMillion(claimed.reach / own.reach)
    }

    /// How long what was sent is, in parts per million of our own.
    var length: Int {
        guard own.square > 0 else { return claimed.square > 0 ? .max : 1_000_000 }
        return UpdateDistance.partsPerMillion((claimed.square / own.square).squareRoot())
    }

    private static func partsPerMillion(_ ratio: Double) -> Int {
        Int((min(max(ratio, -1e6), 1e6) * 1e6).rounded(.toNearestOrEven))
    }
}
