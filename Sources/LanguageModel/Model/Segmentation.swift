/// Where attention, and with it the count of positions, begins anew in the sequences of a batch.
struct Segmentation: Sendable {
    /// Of each sequence, the stretches of tokens that see nothing but themselves; they cover it.
    let runs: [[Range<Int>]]
    /// The position of each token of the batch in its stretch, B·T.
    private let positions: [Int]

    init(_ runs: [[Range<Int>]]) {
        self.runs = runs
        positions = runs.joined().flatMap { 0..<$0.count }
    }

    /// Calls `body` with the parts of `rows` in which positions go on, and the first position.
    func forEachRun(in rows: Range<Int>, _ body: (_ rows: Range<Int>, _ position: Int) -> Void) {
        var start = rows.lowerBound
        while start < rows.upperBound {
            let next = positions[start + 1..<rows.upperBound].firstIndex(of: 0)
            let end = next ?? rows.upperBound
            body(start..<end, positions[start])
            start = end
        }
    }
}
