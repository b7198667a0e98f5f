extension Arithmetic {
    /// The matrix product C = A·B, or C = C + A·B, A `[M, K]`, B `[K, N]`, C `[M, N]`.
    ///
    /// Each element is one chain of fused multiply-adds over k ascending, from +0 or, when
    /// accumulating, from its value: splitting K into accumulated products gives the same bits.
    /// `c` must not share floats with `a` or `b`.
    package func product(_ a: Matrix, _ b: Matrix, into c: Matrix, accumulate: Bool = false) {
        precondition(
            a.columns == b.rows && c.rows == a.rows && c.columns == b.columns,
            "\(a.rows)×\(a.columns) times \(b.rows)×\(b.columns) into \(c.rows)×\(c.columns)")
        if c.isTransposed {
            product(b.transpose, a.transpose, into: c.transpose, accumulate: accumulate)
            return
        }
        guard !isTrivial(a, into: c, accumulate) else { return }
        if let externalProduct { return externalProduct(a, b, c, accumulate) }
        unsafe b.view.withPointer { right in
            unsafe run(a, .floats(StridedMatrix(right, b)), into: c, accumulate)
        }
    }

    /// The same with weights as the right factor, which may be bfloat16 numbers.
    package func product(
        _ a: Matrix, _ b: WeightMatrix, into c: Matrix, accumulate: Bool = false
    ) {
        guard case .bfloat16(let storage) = b.view.storage, externalProduct == nil,
            !c.isTransposed
        else { return product(a, b.floats, into: c, accumulate: accumulate) }
        precondition(
            a.columns == b.rows && c.rows == a.rows && c.columns == b.columns,
            "\(a.rows)×\(a.columns) times \(b.rows)×\(b.columns) into \(c.rows)×\(c.columns)")
        guard !isTrivial(a, into: c, accumulate) else { return }
        let right = NarrowMatrix(storage, b)
        run(a, .bfloat16(right), into: c, accumulate)
    }

    /// Whether there is nothing to multiply; then C is what it has to be.
    private func isTrivial(_ a: Matrix, into c: Matrix, _ accumulate: Bool) -> Bool {
        if a.columns == 0, !accumulate { for row in 0..<c.rows { c.row(row).fill(0) } }
        return a.columns == 0 || c.rows == 0 || c.columns == 0
    }

    private func run(
        _ a: Matrix, _ right: RightFactor, into c: Matrix, _ accumulate: Bool
    ) {
        unsafe a.view.withPointer { left in
            unsafe c.view.withPointer { output in
                let run = unsafe ProductRun(
                    arithmetic: self, left: StridedMatrix(left, a), right: right,
                    output: output, outputStride: c.rowStride, rows: c.rows,
                    columns: c.columns, depth: a.columns, continues: accumulate)
                run.run()
            }
        }
    }
}
