internal import Glibc

/// Zeroed memory for `count` floats, on a boundary of 64 bytes, of 2 MiB if it is large.
///
/// Access goes through `FloatView`, which checks bounds. Threads may share a storage as long as no
/// two touch one element while one of them writes it.
@safe package final class FloatStorage: @unchecked Sendable {
    /// The number of floats.
    package let count: Int
    /// The first float.
    let base: UnsafeMutablePointer<Float>

    /// Allocates `count` zeros.
    package init(count: Int) {
        precondition(count >= 0, "a storage of \(count) floats")
        self.count = count
        let isLarge = count >= FloatStorage.hugePage
        let alignment = isLarge ? FloatStorage.hugePage : 64
        let (bytes, overflow) = max(count, 1).multipliedReportingOverflow(
            by: MemoryLayout<Float>.stride)
        precondition(!overflow, "a storage of \(count) floats")
        var memory: UnsafeMutableRawPointer?
        guard unsafe posix_memalign(&memory, alignment, bytes) == 0, let memory = unsafe memory
        else {
            fatalError("out of memory for \(bytes) bytes")
        }
        if isLarge { _ = unsafe madvise(memory, bytes, MADV_HUGEPAGE) }
        unsafe memset(memory, 0, bytes)
        unsafe base = memory.bindMemory(to: Float.self, capacity: max(count, 1))
    }

    /// Allocates a copy of `elements`.
    package convenience init(copying elements: [Float]) {
        self.init(count: elements.count)
        for (index, element) in elements.enumerated() { unsafe base[index] = element }
    }

    /// All of it.
    package var view: FloatView { FloatView(storage: self, range: 0..<count) }

    private static let hugePage = 2 << 20

    deinit { unsafe free(base) }
}
