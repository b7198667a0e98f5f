/// A range of a storage: a reference to floats, checked at every access.
///
/// Copies refer to the same floats. Threads may write through views as long as no two touch one
/// element while one of them writes it.
package struct FloatView: Sendable {
    /// The memory.
    package let storage: FloatStorage
    /// The elements of the storage this view shows.
    package let range: Range<Int>

    /// A view of `range` of `storage`.
    package init(storage: FloatStorage, range: Range<Int>) {
        precondition(
            range.lowerBound >= 0 && range.upperBound <= storage.count,
            "elements \(range) of a storage of \(storage.count)")
        self.storage = storage
        self.range = range
    }

    /// A view of `count` new zeros.
    package init(count: Int) {
        self.init(storage: FloatStorage(count: count), range: 0..<count)
    }

    /// A view of a new copy of `elements`.
    package init(copying elements: [Float]) {
        self.init(storage: FloatStorage(copying: elements), range: 0..<elements.count)
    }

    /// The number of floats.
    package var count: Int { range.count }

    /// What `body` makes of the elements where they lie, which are little-endian binary32 as in files.
    package func withBytes<Result>(_ body: (UnsafeRawBufferPointer) -> Result) -> Result {
        let start = unsafe storage.base + range.lowerBound
        return unsafe body(
            UnsafeRawBufferPointer(start: start, count: count * MemoryLayout<Float>.size))
    }

    /// The elements' indices, from 0.
    package var indices: Range<Int> { 0..<range.count }

    /// The element at `index`, counted from the start of the view.
    package subscript(index: Int) -> Float {
        get {
            precondition(index >= 0 && index < range.count, "element \(index) of \(range.count)")
            return unsafe storage.base[range.lowerBound + index]
        }
        nonmutating set {
            precondition(index >= 0 && index < range.count, "element \(index) of \(range.count)")
            unsafe storage.base[range.lowerBound + index] = newValue
        }
    }

    /// The part of the view at `part`, counted from its start.
    package subscript(part: Range<Int>) -> FloatView {
        precondition(
            part.lowerBound >= 0 && part.upperBound <= range.count,
            "elements \(part) of \(range.count)")
        let start = range.lowerBound
        return FloatView(
            storage: storage, range: (start + part.lowerBound)..<(start + part.upperBound))
    }

    /// The part of the view at `part`; the same as the subscript.
    package func slice(_ part: Range<Int>) -> FloatView { self[part] }

    /// Sets every element to `value`.
    package func fill(_ value: Float) {
        unsafe withPointer { unsafe $0.update(repeating: value, count: count) }
    }

    /// Copies the elements of a view of the same count; the two may overlap.
    package func copy(from source: FloatView) {
        precondition(source.count == count, "copying \(source.count) floats to \(count)")
        unsafe withPointer { to in
            unsafe source.withPointer { from in unsafe to.update(from: from, count: count) }
        }
    }

    /// Copies the elements of an array of the same count.
    package func copy(from source: [Float]) {
        precondition(source.count == count, "copying \(source.count) floats to \(count)")
        unsafe source.withUnsafeBufferPointer { from in
            guard let first = from.baseAddress else { return }
            unsafe withPointer { unsafe $0.update(from: first, count: count) }
        }
    }

    /// The elements as an array.
    package var array: [Float] {
        unsafe withPointer { pointer in
            unsafe Array(UnsafeBufferPointer(start: pointer, count: count))
        }
    }

    /// Calls `body` with the address of the first element, for kernels; `count` elements follow.
    @unsafe package func withPointer<Result>(
        _ body: (UnsafeMutablePointer<Float>) throws -> Result
    ) rethrows -> Result {
        defer { extendLifetime(storage) }
        return try unsafe body(storage.base + range.lowerBound)
    }
}
