import LanguageModel
import Numerics

/// The rotation of section 3 of `docs/model.md`, one pair at a time.
struct SpecifiedRotation {
    let model: ModelConfiguration
    /// T.
    let length: Int

    init(_ model: ModelConfiguration, length: Int) {
        self.model = model
        self.length = length
    }

    /// The query and key heads of a row at `position` rotated, or rotated back.
    func rotated(_ row: [Float], _ position: Int, backward: Bool) -> [Float] {
        let (D, half) = (model.headSize, model.headSize / 2)
        var rotated = row
        for head in 0..<model.headCount + model.keyValueHeadCount {
            for i in 0..<half {
                let angle = ElementaryFunctions.sineAndCosine(Double(position) * frequency(i))
                let c = Float(angle.cosine * m)
                let s = backward ? -Float(angle.sine * m) : Float(angle.sine * m)
                let (low, high) = (row[head * D + i], row[head * D + i + half])
                rotated[head * D + i] = fma(low, c, -(high * s))
                rotated[head * D + i + half] = fma(high, c, low * s)
            }
        }
        return rotated
    }

    private var D: Double { Double(model.headSize) }
    private var logTheta: Double { ElementaryFunctions.log(model.ropeTheta) }

    /// f′(i).
    private func frequency(_ i: Int) -> Double {
        let f = ElementaryFunctions.exp(-logTheta * (Double(2 * i) / D))
        switch model.ropeScaling {
        case nil: return f
        case .linear(let s): return f / s
        case .dynamic(let s):
            let (T, P) = (Double(length), Double(model.contextLength))
            guard T > P else { return f }
            let g = s * T / P - (s - 1)
            let grown = logTheta + D / (D - 2) * ElementaryFunctions.log(g)
            return ElementaryFunctions.exp(-grown * (Double(2 * i) / D))
        case .llama3(let scaling):
            let (s, P) = (scaling.factor, Double(scaling.originalContextLength))
            let (low, high) = (scaling.lowFrequencyFactor, scaling.highFrequencyFactor)
            let w = 2 * Double.pi / f
            if w > P / low { return f / s }
            if w < P / high { return f }
            let k = (P / w - low) / (high - low)
            return (1 - k) * (f / s) + k * f
        case .yarn(let scaling):
            let r = ramp(i, scaling)
            return f / scaling.factor * r + f * (1 - r)
        }
    }

    private func ramp(_ i: Int, _ scaling: YaRNScaling) -> Double {
        let P = Double(scaling.originalContextLength)
        let e = { (n: Double) in
            D * ElementaryFunctions.log(P / (n * (2 * Double.pi))) / (2 * logTheta)
        }
        var (a, b) = (e(scaling.betaFast), e(scaling.betaSlow))
        if scaling.truncates { (a, b) = (a.rounded(.down), b.rounded(.up)) }
        a = max(a, 0)
        b = min(b, D - 1)
        if a == b { b += 0.001 }
        return max(0, min(1, (Double(i) - a) / (b - a)))
    }

    /// What cosines and sines are multiplied by.
    private var m: Double {
        guard case .yarn(let scaling) = model.ropeScaling else { return 1 }
        if let factor = scaling.attentionFactor { return factor }
        let A = { (n: Double) in
            scaling.factor <= 1 ? 1 : 0.1 * n * ElementaryFunctions.log(scaling.factor) + 1
        }
        let (n, all) = (scaling.lengthWeight ?? 0, scaling.lengthWeightOfAll ?? 0)
        return n != 0 && all != 0 ? A(n) / A(all) : A(1)
    }
}
