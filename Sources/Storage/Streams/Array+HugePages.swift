import Glibc

extension [UInt8] {
    /// Asks the system to fill the room of a large array, which nobody shares, in pages of 2 MiB
    /// instead of 4 KiB: that takes a tenth off the time in which a large file is read.
    ///
    /// At this size the allocator nearly always maps an array alone (`mallopt(3)`,
    /// `M_MMAP_THRESHOLD`). Where it does not, the advice outlives the array and costs what rounding
    /// up to 2 MiB does.
    mutating func useHugePages() {
        let capacity = capacity
        guard capacity >= Self.alwaysMapped else { return }
        unsafe withUnsafeMutableBytes { bytes in
            guard let base = bytes.baseAddress else { return }
            let start = unsafe base.alignedUp(toMultipleOf: Self.hugePage)
            let end = unsafe (base + capacity).alignedDown(toMultipleOf: Self.hugePage)
            _ = unsafe madvise(start, end - start, MADV_HUGEPAGE)
        }
    }

    private static var hugePage: Int { 2 << 20 }
    /// `DEFAULT_MMAP_THRESHOLD_MAX`, the most that the threshold grows to by itself.
    private static var alwaysMapped: Int { 32 << 20 }
}
