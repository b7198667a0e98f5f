internal import Glibc

/// Zeroed memory for `count` floats, on a boundary of 64 bytes, of 2 MiB if it is large.
///
/// A large one takes no memory before it is touched: what a file only promises costs nothing.
///
/// Access goes through `FloatView`, which checks bounds. Threads may share a storage as long as no
/// two touch one element while one of them writes it.
@safe package final class FloatStorage: @unchecked Sendable {
    /// The number of floats.
    package let count: Int
    /// The first float.
    let base: UnsafeMutablePointer<Float>

    /// What the system mapped for a large storage.
    private let mapping: UnsafeMutableRawBufferPointer?

    /// Allocates `count` zeros.
    package init(count: Int) {
        precondition(count >= 0, "a storage of \(count) floats")
        self.count = count
        let (bytes, overflow) = max(count, 1).multipliedReportingOverflow(
            by: MemoryLayout<Float>.stride)
        precondition(!overflow, "a storage of \(count) floats")
        let memory: UnsafeMutableRawPointer
        if bytes >= FloatStorage.hugePage {
            let whole = unsafe FloatStorage.map(bytes + FloatStorage.hugePage)
            unsafe memory = whole.baseAddress.unsafelyUnwrapped
                .alignedUp(toMultipleOf: FloatStorage.hugePage)
            _ = unsafe madvise(memory, bytes, MADV_HUGEPAGE)
            unsafe mapping = whole
        } else {
            unsafe memory = UnsafeMutableRawPointer.allocate(byteCount: bytes, alignment: 64)
            unsafe memset(memory, 0, bytes)
            unsafe mapping = nil
        }
        unsafe base = memory.bindMemory(to: Float.self, capacity: max(count, 1))
    }

    /// Allocates a copy of `elements`.
    package convenience init(copying elements: [Float]) {
        self.init(count: elements.count)
        for (index, element) in elements.enumerated() { unsafe base[index] = element }
    }

    /// All of it.
    package var view: FloatView { FloatView(storage: self, range: 0..<count) }

    /// Zeroed pages that are made when they are touched.
    private static func map(_ bytes: Int) -> UnsafeMutableRawBufferPointer {
        let start = unsafe mmap(
            nil, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0)
        guard let start = unsafe start, unsafe start != failedMapping else {
            fatalError("out of memory for \(bytes) bytes")
        }
        return unsafe UnsafeMutableRawBufferPointer(start: start, count: bytes)
    }

    /// `MAP_FAILED`, which the C header spells as a cast that Swift does not import.
    private static var failedMapping: UnsafeMutableRawPointer? {
        unsafe UnsafeMutableRawPointer(bitPattern: -1)
    }

    private static let hugePage = 2 << 20

    deinit {
        if let mapping = unsafe mapping {
            _ = unsafe munmap(mapping.baseAddress, mapping.count)
        } else {
            unsafe base.deallocate()
        }
    }
}
