package import Numerics
package import Rounds

/// The outer optimizer: SGD with Nesterov momentum on the mean pseudo-gradient D.
///
/// v ← μ·v + D and θ ← θ − a·(D + μ·v), each product and sum one fused multiply-add; without
/// momentum θ ← θ − a·D. DiLoCo (arXiv 2311.08105), in PyTorch's form of Nesterov momentum.
package enum OuterStep {
    /// The next weights and momentum; the inputs are left alone.
    package static func apply(
        pseudoGradient: FloatStorage, to base: Checkpoint, settings: MergeSettings
    ) -> (parameters: FloatStorage, momentum: FloatStorage?) {
        let parameters = base.parameters.copy()
        let weights = parameters.view
        let gradient = pseudoGradient.view
        guard settings.momentum > 0 else {
            for index in 0..<weights.count {
                weights[index] = ElementaryFunctions.fused(
                    -settings.rate, gradient[index], weights[index])
            }
            return (parameters, nil)
        }
        let momentum =
            base.outerMomentum?.copy()
            ?? FloatStorage(count: weights.count)
        let velocity = momentum.view
        for index in 0..<weights.count {
            velocity[index] = ElementaryFunctions.fused(
                settings.momentum, velocity[index], gradient[index])
            let step = ElementaryFunctions.fused(
                settings.momentum, velocity[index], gradient[index])
            weights[index] = ElementaryFunctions.fused(-settings.rate, step, weights[index])
        }
        return (parameters, momentum)
    }
}
