/// A place that takes bytes in order.
package protocol ByteSink: ~Copyable {
    /// Appends all of `bytes`.
    mutating func write(_ bytes: [UInt8]) throws
}

/// An open descriptor as a sink; every write is checked.
package struct DescriptorSink: ByteSink {
    private let file: OpenFile

    /// The descriptor, which stays open, under a name for errors.
    package init(descriptor: Int32, name: String) {
        file = OpenFile(borrowing: descriptor, name: name, role: .output)
    }

    /// Writes all of `bytes`; a closed pipe is the `SystemFailure` with code `EPIPE`.
    package mutating func write(_ bytes: [UInt8]) throws {
        try file.write(bytes[...])
    }
}

/// Memory as a sink.
package struct MemorySink: ByteSink {
    /// Everything written so far.
    package private(set) var bytes: [UInt8] = []

    /// An empty sink.
    package init() {}

    /// Appends `bytes`.
    package mutating func write(_ bytes: [UInt8]) throws {
        self.bytes += bytes
    }
}
