/// A matrix in a view: `rows` by `columns`, its rows `rowStride` floats apart, or its transpose.
package struct Matrix: Sendable {
    /// The floats.
    package let view: FloatView
    /// The number of rows.
    package let rows: Int
    /// The number of columns.
    package let columns: Int
    /// The distance in floats between the starts of rows (of columns, if transposed).
    package let rowStride: Int
    /// Whether columns, not rows, run through memory.
    package let isTransposed: Bool

    /// A matrix of `rows` rows of `columns` floats, `rowStride` (if nil, `columns`) apart.
    package init(_ view: FloatView, rows: Int, columns: Int, rowStride: Int? = nil) {
        self.init(
            view: view, rows: rows, columns: columns, rowStride: rowStride ?? columns,
            isTransposed: false)
    }

    /// A new matrix of zeros.
    package init(rows: Int, columns: Int) {
        self.init(FloatView(count: rows * columns), rows: rows, columns: columns)
    }

    private init(view: FloatView, rows: Int, columns: Int, rowStride: Int, isTransposed: Bool) {
        let (lines, length) = isTransposed ? (columns, rows) : (rows, columns)
        precondition(lines >= 0 && length >= 0 && rowStride >= length, "rows overlap")
        let needed = lines == 0 || length == 0 ? 0 : (lines - 1) * rowStride + length
        precondition(needed <= view.count, "\(rows)×\(columns) floats in \(view.count)")
        self.view = view
        self.rows = rows
        self.columns = columns
        self.rowStride = rowStride
        self.isTransposed = isTransposed
    }

    /// The transpose, of the same floats.
    package var transpose: Matrix {
        Matrix(
            view: view, rows: columns, columns: rows, rowStride: rowStride,
            isTransposed: !isTransposed)
    }

    /// The element in row `row`, column `column`.
    package subscript(row: Int, column: Int) -> Float {
        get { view[offset(row, column)] }
        nonmutating set { view[offset(row, column)] = newValue }
    }

    /// The rows of `part`, the same floats.
    package func rows(_ part: Range<Int>) -> Matrix { self[part, 0..<columns] }

    /// The columns of `part`, the same floats.
    package func columns(_ part: Range<Int>) -> Matrix { self[0..<rows, part] }

    /// The rows and columns given, the same floats.
    package subscript(rowPart: Range<Int>, columnPart: Range<Int>) -> Matrix {
        precondition(
            rowPart.lowerBound >= 0 && rowPart.upperBound <= rows && columnPart.lowerBound >= 0
                && columnPart.upperBound <= columns, "a part of \(rows)×\(columns)")
        let isEmpty = rowPart.isEmpty || columnPart.isEmpty
        let start = isEmpty ? 0 : offset(rowPart.lowerBound, columnPart.lowerBound)
        return Matrix(
            view: view[start..<view.count], rows: rowPart.count, columns: columnPart.count,
            rowStride: rowStride, isTransposed: isTransposed)
    }

    /// Row `row` of a matrix that is not transposed.
    package func row(_ row: Int) -> FloatView {
        precondition(!isTransposed && row >= 0 && row < rows, "row \(row) of \(rows)")
        return view[row * rowStride..<row * rowStride + columns]
    }

    private func offset(_ row: Int, _ column: Int) -> Int {
        precondition(
            row >= 0 && row < rows && column >= 0 && column < columns,
            "element (\(row), \(column)) of \(rows)×\(columns)")
        return isTransposed ? column * rowStride + row : row * rowStride + column
    }
}
