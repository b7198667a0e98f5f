/// The merge rule `radial-directional v1`: the mean norm times the direction of the mean direction.
///
/// Radial-Directional Averaging of Decoupled DiLoCo (arXiv 2604.21428). Updates are nearly
/// orthogonal, so the norm of their mean shrinks as they become more; this one does not.
enum RadialDirectional {
    /// The sum of the directions, given the mean norm as its length.
    static func combination(
        _ survey: UpdateSurvey, shares: [Double], factors: [[Double]]
    ) -> UpdateCombination {
        let norms = self.norms(survey, factors)
        return UpdateCombination(
            coefficients: zip(shares, norms).map { $1 > 0 ? $0 / $1 : 0 }, factors: factors,
            length: zip(shares, norms).reduce(0.0) { $0 + $1.0 * $1.1 })
    }

    private static func norms(_ survey: UpdateSurvey, _ factors: [[Double]]) -> [Double] {
        zip(survey.squares, factors).map { squares, factors in
            zip(squares, factors).reduce(0.0) { $0 + $1.0 * ($1.1 * $1.1) }.squareRoot()
        }
    }
}
