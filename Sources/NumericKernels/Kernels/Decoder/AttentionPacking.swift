/// Copies `[rows, columns]` into rows `stride` apart, the rest of each row zero.
func pack(
    _ source: UnsafePointer<Float>, _ sourceStride: Int, _ rows: Int, _ columns: Int,
    into target: UnsafeMutablePointer<Float>, _ stride: Int
) {
    for row in 0..<rows {
        let (from, to) = unsafe (source + row * sourceStride, target + row * stride)
        forEachRun(columns) { start, size in
            unsafe Lanes(from + start, upTo: size).store(to + start)
        }
    }
}

/// Copies `[rows, columns]` into `[columns, rows]` with rows `stride` apart, the rest zero.
func packTransposed(
    _ source: UnsafePointer<Float>, _ sourceStride: Int, _ rows: Int, _ columns: Int,
    into target: UnsafeMutablePointer<Float>, _ stride: Int
) {
    let width = transposeWidth
    let (wholeRows, wholeColumns) = (rows / width * width, columns / width * width)
    var row = 0
    while row < wholeRows {
        var column = 0
        while column < wholeColumns {
            unsafe transposeBlock(
                source + (row &* sourceStride &+ column), sourceStride, rows: width,
                target + (column &* stride &+ row), stride)
            column &+= width
        }
        row &+= width
    }
    for column in 0..<columns {
        let to = unsafe target + column &* stride
        for row in (column < wholeColumns ? wholeRows : 0)..<rows {
            unsafe to[row] = source[row &* sourceStride &+ column]
        }
        for row in rows..<stride { unsafe to[row] = 0 }
    }
}

/// Cuts `first..<last` into tiles of `causalTileRows` and, for what is left, of two and one.
@inline(__always)
func forEachTile(_ first: Int, _ last: Int, _ body: (_ start: Int, _ rows: Int) -> Void) {
    var start = first
    while start < last {
        let left = last &- start
        let rows = left >= causalTileRows ? causalTileRows : left >= 2 ? 2 : 1
        body(start, rows)
        start &+= rows
    }
}
