package import Numerics

/// How far plain descent has come from where it began: the sum of its steps, kept apart from the
/// weights.
///
/// So a round of plain steps sends the steps themselves, not a difference of rounded weights: one
/// step of one worker, merged at rate 1, is plain SGD to the bit. `docs/model.md` has the order.
package enum Displacement {
    /// Adds `factor` times the gradient, itself multiplied by `gradientScale` first.
    package static func add(
        _ gradient: FloatStorage, gradientScale: Float, times factor: Float,
        to displacement: FloatStorage, _ arithmetic: Arithmetic
    ) {
        let (from, sum) = (gradient.view, displacement.view)
        arithmetic.parallelRanges(from.count, grain: 4_096) { range in
            arithmetic.scale(from[range], by: gradientScale, into: from[range])
            arithmetic.addScaled(from[range], by: factor, to: sum[range])
        }
    }

    /// Sets the weights to `base` less the displacement, rounded to their format.
    package static func place(
        _ weights: WeightStorage, at base: FloatStorage, less displacement: FloatStorage,
        _ arithmetic: Arithmetic
    ) {
        let (start, sum) = (base.view, displacement.view)
        arithmetic.parallelRanges(start.count, grain: 4_096) { range in
            let moved = FloatView(count: range.count)
            moved.copy(from: start[range])
            arithmetic.addScaled(sum[range], by: -1, to: moved)
            weights.view[range].set(to: moved)
        }
    }
}
