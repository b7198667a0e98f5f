/// What weights are kept in: floats, or bfloat16 numbers in half the memory.
package enum WeightStorage: Sendable {
    /// Floats.
    case float32(FloatStorage)
    /// Floats of eight significant bits, without the sixteen bits that are zero.
    case bfloat16(BFloat16Storage)

    /// The number of weights.
    package var count: Int {
        switch self {
        case .float32(let floats): floats.count
        case .bfloat16(let numbers): numbers.count
        }
    }

    /// All of them.
    package var view: WeightView { WeightView(storage: self, range: 0..<count) }
}

/// A range of weights, read as floats.
package struct WeightView: Sendable {
    /// The memory.
    package let storage: WeightStorage
    /// The elements of the storage this view shows.
    package let range: Range<Int>

    /// A view of `range` of `storage`.
    package init(storage: WeightStorage, range: Range<Int>) {
        precondition(
            range.lowerBound >= 0 && range.upperBound <= storage.count,
            "elements \(range) of a storage of \(storage.count)")
        self.storage = storage
        self.range = range
    }

    /// The number of weights.
    package var count: Int { range.count }

    /// The part of the view at `part`, counted from its start.
    package subscript(part: Range<Int>) -> WeightView {
        precondition(
            part.lowerBound >= 0 && part.upperBound <= range.count,
            "elements \(part) of \(range.count)")
        let start = range.lowerBound
        return WeightView(
            storage: storage, range: (start + part.lowerBound)..<(start + part.upperBound))
    }

    /// The weights as floats: those in memory, or copies of bfloat16 numbers.
    package var floats: FloatView {
        if case .float32(let floats) = storage { return floats.view[range] }
        let copy = FloatView(count: count)
        read(into: copy)
        return copy
    }

    /// The weights as an array.
    package var array: [Float] { floats.array }

    /// Copies the weights to as many floats, on the calling thread.
    package func read(into floats: FloatView) {
        switch storage {
        case .float32(let storage): floats.copy(from: storage.view[range])
        case .bfloat16(let storage): storage.widen(range, into: floats)
        }
    }

    /// Sets the weights to as many floats, rounded to the nearest numbers of the format.
    package func set(to floats: FloatView) {
        precondition(floats.count == count, "\(floats.count) floats to \(count) weights")
        switch storage {
        case .float32(let storage): storage.view[range].copy(from: floats)
        case .bfloat16(let storage): storage.narrow(floats, into: range)
        }
    }

    /// Sets the weights to as many floats, rounded to the nearest numbers of the format.
    package func set(to floats: [Float]) {
        switch storage {
        case .float32(let storage): storage.view[range].copy(from: floats)
        case .bfloat16: set(to: FloatView(copying: floats))
        }
    }

    /// Whether all floats are numbers of the format.
    package func canHold(_ floats: [Float]) -> Bool {
        switch storage {
        case .float32: true
        case .bfloat16: floats.allSatisfy { $0.bitPattern & 0xFFFF == 0 }
        }
    }
}

/// A matrix of weights, `rows` by `columns` side by side in memory, or its transpose.
package struct WeightMatrix: Sendable {
    /// The weights.
    package let view: WeightView
    /// The number of rows.
    package let rows: Int
    /// The number of columns.
    package let columns: Int
    /// Whether columns, not rows, run through memory.
    package let isTransposed: Bool

    /// A matrix of `rows` rows of `columns` weights.
    package init(_ view: WeightView, rows: Int, columns: Int) {
        precondition(view.count == rows * columns, "\(rows)×\(columns) weights in \(view.count)")
        self.init(view: view, rows: rows, columns: columns, isTransposed: false)
    }

    private init(view: WeightView, rows: Int, columns: Int, isTransposed: Bool) {
        self.view = view
        self.rows = rows
        self.columns = columns
        self.isTransposed = isTransposed
    }

    /// The transpose, of the same weights.
    package var transpose: WeightMatrix {
        WeightMatrix(view: view, rows: columns, columns: rows, isTransposed: !isTransposed)
    }

    /// Row `row` of a matrix that is not transposed.
    package func row(_ row: Int) -> WeightView {
        precondition(!isTransposed && row >= 0 && row < rows, "row \(row) of \(rows)")
        return view[row * columns..<(row + 1) * columns]
    }

    /// The weights as floats: those in memory, or copies of bfloat16 numbers.
    var floats: Matrix {
        let (lines, length) = isTransposed ? (columns, rows) : (rows, columns)
        let matrix = Matrix(view.floats, rows: lines, columns: length)
        return isTransposed ? matrix.transpose : matrix
    }
}
