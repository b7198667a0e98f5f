/// The values an operator reads, a part of a row at a time.
///
/// Bulk computation, the search for what a proof needs, and the check of a proof differ only in where
/// the numbers come from.
package protocol OperatorInputs {
    /// What reading can fail with.
    associatedtype Failure: Error

    /// The shape of input number `input` of the operator.
    func shape(_ input: Int) -> Operator.Shape

    /// Some columns of a row of input number `input`.
    func read(_ input: Int, row: Int, _ columns: Range<Int>) throws(Failure) -> [Float]
}

extension Float {
    /// Whether two elements are the same number: the same bits, or NaN both, whose sign and payload
    /// mean nothing (docs/arithmetic.md, section 1).
    func isSame(as other: Float) -> Bool {
        bitPattern == other.bitPattern || isNaN && other.isNaN
    }
}

extension OperatorInputs {
    /// One element.
    func element(_ input: Int, row: Int, _ column: Int) throws(Failure) -> Float {
        try read(input, row: row, column..<column + 1)[0]
    }

    /// A token, target or place, which are whole numbers from −1; −1 for any other float.
    func whole(_ input: Int, row: Int, _ column: Int) throws(Failure) -> Int {
        let x = try element(input, row: row, column)
        return x >= -1 && x < 0x1p24 ? Int(x) : -1
    }

    /// A whole row.
    func row(_ input: Int, _ row: Int) throws(Failure) -> [Float] {
        try read(input, row: row, 0..<shape(input).columns)
    }

    /// The columns of a row where an input of one row or one column serves all.
    func broadcast(_ input: Int, row: Int, _ columns: Range<Int>) throws(Failure) -> [Float] {
        let shape = shape(input)
        let row = shape.rows == 1 ? 0 : row
        guard shape.columns == 1 else { return try read(input, row: row, columns) }
        return [Float](repeating: try element(input, row: row, 0), count: columns.count)
    }
}
