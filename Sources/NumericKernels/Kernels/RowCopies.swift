/// Copies `[rows, columns]` between two strides.
func copyRows(
    _ source: UnsafePointer<Float>, _ sourceStride: Int, _ rows: Int, _ columns: Int,
    into target: UnsafeMutablePointer<Float>, _ stride: Int
) {
    for row in 0..<rows {
        let (from, to) = unsafe (source + row * sourceStride, target + row * stride)
        forEachRun(columns) { start, size in
            unsafe Lanes(from + start, upTo: size).store(to + start, upTo: size)
        }
    }
}
