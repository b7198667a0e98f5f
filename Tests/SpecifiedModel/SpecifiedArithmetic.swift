import LanguageModel
import Numerics

/// fma.
func fma(_ a: Float, _ b: Float, _ c: Float) -> Float { ElementaryFunctions.fused(a, b, c) }

/// The chain over k of a[k]·b[k], going on from `start`.
func chain(_ count: Int, from start: Float = 0, _ term: (Int) -> (Float, Float)) -> Float {
    (0..<count).reduce(start) { sum, k in
        let (a, b) = term(k)
        return fma(a, b, sum)
    }
}

/// Σ₆₄ of fma(a, b), or of a alone when b is nil.
func laneSum(_ a: [Float], _ b: [Float]? = nil) -> Float {
    var lanes = [Float](repeating: 0, count: 64)
    for index in a.indices {
        let lane = index % 64
        lanes[lane] = b.map { fma(a[index], $0[index], lanes[lane]) } ?? lanes[lane] + a[index]
    }
    var width = 32
    while width > 0 {
        for lane in 0..<width { lanes[lane] += lanes[lane + width] }
        width /= 2
    }
    return lanes[0]
}

/// A small matrix for specifications: rows of floats.
typealias Rows = [[Float]]

/// y = x·Wᵀ.
func project(_ x: Rows, _ weight: Rows) -> Rows {
    x.map { row in weight.map { weight in chain(row.count) { (row[$0], weight[$0]) } } }
}

/// dx = dy·W.
func projectBack(_ dy: Rows, _ weight: Rows) -> Rows {
    dy.map { row in
        weight[0].indices.map { column in chain(row.count) { (row[$0], weight[$0][column]) } }
    }
}

/// dW goes on with its chains over tokens.
func addOuter(_ dy: Rows, _ x: Rows, to gradient: inout Rows) {
    for output in gradient.indices {
        for input in gradient[output].indices {
            gradient[output][input] = chain(dy.count, from: gradient[output][input]) {
                (dy[$0][output], x[$0][input])
            }
        }
    }
}

/// Each element rounded to the precision.
func rounded(_ x: Rows, _ precision: Precision) -> Rows {
    precision == .float32 ? x : x.map { $0.map(specifiedBFloat16) }
}

/// The nearest number of eight significant bits, of two the one whose last bit is 0.
func specifiedBFloat16(_ x: Float) -> Float {
    guard x.isFinite else { return x }
    let below = Float(bitPattern: x.bitPattern & 0xFFFF_0000)
    let above = Float(bitPattern: below.bitPattern + 0x1_0000)
    // Differences of neighbours and of x to them are exact in double; beyond the largest finite
    // number the next one counts as if there were no bound.
    let step = Double(Float(bitPattern: below.bitPattern)) - Double(previous(below))
    let upper = above.isFinite ? Double(above) : Double(below) + step
    let (down, up) = (abs(Double(x) - Double(below)), abs(upper - Double(x)))
    if down != up { return down < up ? below : above }
    return below.bitPattern >> 16 & 1 == 0 ? below : above
}

private func previous(_ x: Float) -> Float {
    x == 0 ? 0 : Float(bitPattern: x.bitPattern - 0x1_0000)
}
