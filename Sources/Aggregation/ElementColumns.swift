/// The elements that several updates sent of a run of places, place after place: a sparse matrix
/// turned on its side.
struct ElementColumns {
    /// Where each place begins in `owners` and `values`, and the end.
    private(set) var starts: [Int] = []
    /// Who sent an element, ascending in each place.
    private(set) var owners: [Int] = []
    /// What was sent.
    private(set) var values: [Float] = []

    /// Takes the elements of `tensors`, one an update, whose places lie in `range`.
    mutating func fill(_ tensors: [SparseTensor], range: Range<Int>) {
        let parts = tensors.map { $0.positions(of: range) }
        let total = parts.reduce(0) { $0 + $1.count }
        starts = [Int](repeating: 0, count: range.count + 1)
        owners = [Int](repeating: 0, count: total)
        values = [Float](repeating: 0, count: total)
        for (tensor, part) in zip(tensors, parts) {
            for position in part { starts[Int(tensor.indices[position]) - range.lowerBound] += 1 }
        }
        var sum = 0
        for place in starts.indices { (starts[place], sum) = (sum, sum + starts[place]) }
        var next = starts
        for (number, part) in parts.enumerated() {
            for position in part {
                let place = Int(tensors[number].indices[position]) - range.lowerBound
                owners[next[place]] = number
                values[next[place]] = tensors[number].values[position]
                next[place] += 1
            }
        }
    }

    /// The positions in `owners` and `values` of a place, counted from the start of the run.
    func positions(of place: Int) -> Range<Int> { starts[place]..<starts[place + 1] }
}
