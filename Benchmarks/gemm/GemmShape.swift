/// One matrix product to measure: C `[m, n]` of A `[m, k]` and B `[k, n]`, by stored layout.
struct GemmShape {
    /// Which operands are stored transposed: neither, the right, or the left.
    enum Layout: String {
        case nn, nt, tn
    }

    let m, n, k: Int
    let layout: Layout

    /// The name of a row, as in `256x256x256 nn`.
    var name: String { "\(m)x\(n)x\(k) \(layout.rawValue)" }

    /// Floating-point operations of one product.
    var operations: Double { 2 * Double(m) * Double(n) * Double(k) }

    /// The products of small language models, and a few squares.
    static let all: [GemmShape] = [
        shapes(.nn, (256, 256, 256), (512, 512, 512), (1024, 1024, 1024)),
        shapes(
            .nt, (1024, 288, 288), (1024, 768, 288), (256, 768, 768), (1024, 768, 768),
            (4096, 768, 768), (4096, 3072, 768), (1024, 2048, 512), (2048, 1024, 1024),
            (256, 32000, 512), (1024, 32000, 288), (2048, 32000, 768)),
        shapes(.nn, (4096, 768, 768), (4096, 768, 3072), (1024, 288, 32000)),
        shapes(
            .tn, (768, 768, 4096), (3072, 768, 4096), (1024, 1024, 2048), (32000, 288, 1024)),
    ].flatMap { $0 }

    /// Those of at most 3·10⁹ operations.
    static var quick: [GemmShape] { all.filter { $0.operations <= 3e9 } }

    private static func shapes(_ layout: Layout, _ sizes: (Int, Int, Int)...) -> [GemmShape] {
        sizes.map { GemmShape(m: $0.0, n: $0.1, k: $0.2, layout: layout) }
    }
}
