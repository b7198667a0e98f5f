/// Adds `columns` columns of each row of `dx` to the row of its token, in token order.
///
/// The pointers are those of the first column; rows of both are C apart.
func embeddingRowsBackward(
    _ dx: UnsafePointer<Float>, _ tokens: UnsafePointer<UInt32>, _ rows: Int, _ C: Int,
    _ columns: Int, _ gradient: UnsafeMutablePointer<Float>
) {
    for row in 0..<rows {
        let target = unsafe gradient + Int(tokens[row]) * C
        forEachRun(columns) { start, size in
            let sum =
                unsafe Lanes(target + start, upTo: size)
                + Lanes(dx + row * C + start, upTo: size)
            unsafe sum.store(target + start, upTo: size)
        }
    }
}
