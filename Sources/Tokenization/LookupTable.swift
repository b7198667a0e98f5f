internal import CProcessor

/// Memory for a table that is looked up all over: aligned, zeroed, in large pages where there are.
@unsafe struct LookupTable<Entry: BitwiseCopyable> {
    /// From this size on large pages are asked for; they have this size on most machines.
    private static var largePage: Int { 1 << 21 }

    let entries: UnsafeMutablePointer<Entry>
    private let count: Int

    /// A table of `count` entries, each a copy of `empty`.
    init(repeating empty: Entry, count: Int) {
        let bytes = count * MemoryLayout<Entry>.stride
        let isLarge = unsafe bytes >= Self.largePage
        let memory = unsafe UnsafeMutableRawPointer.allocate(
            byteCount: bytes, alignment: isLarge ? Self.largePage : 64)
        if isLarge { unsafe processor_use_large_pages(memory, UInt64(bytes)) }
        unsafe entries = memory.bindMemory(to: Entry.self, capacity: count)
        unsafe entries.initialize(repeating: empty, count: count)
        unsafe self.count = count
    }

    /// All entries.
    var all: UnsafeMutableBufferPointer<Entry> {
        unsafe UnsafeMutableBufferPointer(start: entries, count: count)
    }

    /// Gives the memory back.
    func deallocate() {
        unsafe entries.deallocate()
    }
}
