import Synchronization

/// Known inputs that note which tiles are read.
final class RecordingInputs: OperatorInputs {
    let tiles = Mutex<Set<FraudProof.TileKey>>([])
    private let known: KnownInputs
    private let numbers: [Int]

    /// Values of the operators with these numbers.
    init(known: KnownInputs, numbers: [Int]) {
        self.known = known
        self.numbers = numbers
    }

    func shape(_ input: Int) -> Operator.Shape { known.shape(input) }

    func read(_ input: Int, row: Int, _ columns: Range<Int>) -> [Float] {
        let tree = ValueTree(shape(input))
        let read = tree.tiles(row: row, columns).map {
            FraudProof.TileKey(number: numbers[input], tile: $0)
        }
        tiles.withLock { $0.formUnion(read) }
        return known.read(input, row: row, columns)
    }
}
