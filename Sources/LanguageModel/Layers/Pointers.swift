import Numerics

typealias FloatPointer = UnsafeMutablePointer<Float>

/// Calls `body` with the addresses of two views.
@unsafe
func withPointers(
    _ a: FloatView, _ b: FloatView, _ body: (FloatPointer, FloatPointer) -> Void
) {
    unsafe a.withPointer { a in unsafe b.withPointer { b in unsafe body(a, b) } }
}

/// Calls `body` with the addresses of three views.
@unsafe
func withPointers(
    _ a: FloatView, _ b: FloatView, _ c: FloatView,
    _ body: (FloatPointer, FloatPointer, FloatPointer) -> Void
) {
    unsafe withPointers(a, b) { a, b in unsafe c.withPointer { c in unsafe body(a, b, c) } }
}

/// Calls `body` with the addresses of four views.
@unsafe
func withPointers(
    _ a: FloatView, _ b: FloatView, _ c: FloatView, _ d: FloatView,
    _ body: (FloatPointer, FloatPointer, FloatPointer, FloatPointer) -> Void
) {
    unsafe withPointers(a, b) { a, b in
        unsafe withPointers(c, d) { c, d in unsafe body(a, b, c, d) }
    }
}

/// Calls `body` with the addresses of five views.
@unsafe
func withPointers(
    _ a: FloatView, _ b: FloatView, _ c: FloatView, _ d: FloatView, _ e: FloatView,
    _ body: (FloatPointer, FloatPointer, FloatPointer, FloatPointer, FloatPointer) -> Void
) {
    unsafe withPointers(a, b) { a, b in
        unsafe withPointers(c, d, e) { c, d, e in unsafe body(a, b, c, d, e) }
    }
}
