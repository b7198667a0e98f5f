import CArchive
import Encodings
import Glibc
import Storage

/// The bytes that libarchive asks for in turn: those of a pipe, or of a member of another archive.
@safe final class ArchiveFeed {
    /// Where the bytes come from.
    enum Origin {
        /// A descriptor that cannot be read twice.
        case descriptor(Int32)
        /// The member that this reader has just announced.
        case member(ArchiveReader)
    }

    private let origin: Origin
    private let subject: String
    private let meter: ExpansionMeter
    private let buffer: UnsafeMutableRawBufferPointer
    /// The bytes in the buffer that nobody has taken.
    private var waiting = 0
    private var isAtEnd = false

    /// What went wrong while libarchive was asking; it can carry no error of ours.
    private(set) var failure: (any Error)?

    init(_ origin: Origin, subject: String, meter: ExpansionMeter) {
        self.origin = origin
        self.subject = subject
        self.meter = meter
        unsafe buffer = .allocate(byteCount: 1 << 16, alignment: 64)
    }

    deinit {
        unsafe buffer.deallocate()
    }

    /// Whether the first bytes are those of an archive with its contents listed at the end.
    func beginsWithListedArchive() throws -> Bool {
        while waiting < 6, !isAtEnd { try fill() }
        let start = unsafe [UInt8](buffer[..<min(waiting, 6)])
        return start.starts(with: [0x50, 0x4B, 0x03, 0x04])
            || start.starts(with: [0x50, 0x4B, 0x05, 0x06])
            || start == [0x37, 0x7A, 0xBC, 0xAF, 0x27, 0x1C]
    }

    /// All bytes, to be held in memory.
    func readToEnd() throws -> HeldBytes {
        let held = HeldBytes(meter: meter, subject: subject)
        while waiting > 0 || !isAtEnd {
            unsafe try held.append(UnsafeRawBufferPointer(rebasing: buffer[..<waiting]))
            waiting = 0
            try fill()
        }
        return held
    }

    /// Hands over the next bytes, or none at the end; -1 after a failure.
    func next(_ bytes: UnsafeMutablePointer<UnsafeRawPointer?>?) -> Int {
        do {
            if waiting == 0, !isAtEnd { try fill() }
            unsafe bytes?.pointee = unsafe UnsafeRawPointer(buffer.baseAddress)
            defer { waiting = 0 }
            return waiting
        } catch {
            failure = error
            return -1
        }
    }

    private func fill() throws {
        let room = unsafe UnsafeMutableRawBufferPointer(rebasing: buffer[waiting...])
        let count: Int
        switch origin {
        case .descriptor(let descriptor):
            count = unsafe try Self.read(descriptor, into: room, subject)
            meter.consumed += count
        case .member(let reader):
            count = unsafe try reader.read(into: room)
        }
        waiting += count
        isAtEnd = count == 0
    }

    private static func read(
        _ descriptor: Int32, into room: UnsafeMutableRawBufferPointer, _ subject: String
    ) throws(SystemFailure) -> Int {
        while true {
            let count = unsafe Glibc.read(descriptor, room.baseAddress, room.count)
            if count >= 0 { return count }
            guard errno == EINTR else {
                throw SystemFailure("read", path: subject, code: errno, role: .input)
            }
        }
    }
}

/// An archive held in memory; libarchive reads it where it lies.
@safe final class HeldBytes {
    private let meter: ExpansionMeter
    private let subject: String
    private(set) var start: UnsafeMutableRawPointer?
    private(set) var count = 0
    private var capacity = 0

    init(meter: ExpansionMeter, subject: String) {
        self.meter = meter
        self.subject = subject
        unsafe start = nil
    }

    deinit {
        meter.release(count)
        unsafe free(start)
    }

    /// Adds `bytes`, unless more than the limit would be held.
    func append(_ bytes: UnsafeRawBufferPointer) throws {
        guard let source = bytes.baseAddress, bytes.count > 0 else { return }
        let previous = count
        count += bytes.count
        try meter.hold(bytes.count, in: subject)
        if count > capacity {
            capacity = max(2 * capacity, count, 1 << 16)
            guard let memory = unsafe realloc(start, capacity) else { throw ArchiveMemoryFailure() }
            unsafe start = memory
        }
        unsafe start?.advanced(by: previous).copyMemory(from: source, byteCount: bytes.count)
    }
}
