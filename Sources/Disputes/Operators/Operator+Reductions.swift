extension Operator {
    /// Lanes in which reductions run (docs/arithmetic.md, section 3).
    static let lanes = 64

    func reduced<Inputs: OperatorInputs>(
        _ row: Int, _ columns: Range<Int>, _ inputs: Inputs
    ) throws(Inputs.Failure) -> [Float] {
        switch kind {
        case .joinedMaximum:
            return [
                Operator.joined(try inputs.read(0, row: row, 0..<Operator.lanes)) {
                    $1 > $0 ? $1 : $0
                }
            ]
        case .joinedSum:
            return [Operator.joined(try inputs.read(0, row: row, 0..<Operator.lanes), +)]
        case .norm:
            let sum = try inputs.row(0, 0).reduce(0.0) { $0 + Double($1) }
            return [Float(sum.squareRoot())]
        default: return Array(try laneStates(row, inputs)[columns])
        }
    }

    /// The lanes after the elements from `settings[0]` to `settings[1]` of a row; with a third
    /// setting T only those that the query of the row sees, from the first of which lanes count.
    private func laneStates<Inputs: OperatorInputs>(
        _ row: Int, _ inputs: Inputs
    ) throws(Inputs.Failure) -> [Float] {
        let factors = kind == .laneProduct ? 2 : 1
        let isCausal = settings.count > 2
        let previous = factors + (isCausal ? 1 : 0)
        var lanes = [Float](
            repeating: kind == .laneMaximum ? -.infinity : 0, count: Operator.lanes)
        if self.inputs.count > previous {
            lanes = try inputs.read(previous, row: row, 0..<Operator.lanes)
        }
        var elements = settings[0]..<settings[1]
        var first = 0
        if isCausal {
            let seen = try keys(ofRow: row, batch: factors, inputs)
            first = seen.lowerBound
            elements = elements.clamped(to: seen)
        }
        let x = try inputs.read(0, row: row, elements)
        let y = factors == 2 ? try inputs.read(1, row: row, elements) : []
        for (place, element) in elements.enumerated() {
            let lane = (element - first) % Operator.lanes
            switch kind {
            case .laneMaximum: lanes[lane] = x[place] > lanes[lane] ? x[place] : lanes[lane]
            case .laneSum: lanes[lane] += x[place]
            default: lanes[lane] = fused(x[place], y[place], lanes[lane])
            }
        }
        return lanes
    }

    /// The keys that the query of row (b, h, i) sees, when the third setting is T and the fourth H.
    private func keys<Inputs: OperatorInputs>(
        ofRow row: Int, batch: Int, _ inputs: Inputs
    ) throws(Inputs.Failure) -> Range<Int> {
        let (T, H) = (settings[2], settings[3])
        let query = row % T
        let start = try inputs.whole(batch, row: 2, row / (T * H) * T + query)
        return min(max(start, 0), query)..<query + 1
    }

    /// Σ₆₄ of fma(x, y).
    static func laneProduct(_ x: [Float], _ y: [Float]) -> Float {
        var states = [Float](repeating: 0, count: lanes)
        for index in x.indices {
            states[index % lanes] = fused(x[index], y[index], states[index % lanes])
        }
        return joined(states, +)
    }

    private static func joined(
        _ lanes: [Float], _ join: (_ lower: Float, _ upper: Float) -> Float
    ) -> Float {
        var (lanes, width) = (lanes, lanes.count / 2)
        while width > 0 {
            for lane in 0..<width { lanes[lane] = join(lanes[lane], lanes[lane + width]) }
            width /= 2
        }
        return lanes[0]
    }
}
