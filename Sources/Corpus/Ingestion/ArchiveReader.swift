import CArchive
import Encodings
import Glibc

/// Reads the members of an archive or a compressed stream through libarchive, one after another.
///
/// Formats and filters are told by content and come from a list: formats that take ordinary text
/// for something else (mtree, uuencode) and filters that run other programs are left out. Anything
/// unknown is one member with all the bytes. Nothing is ever extracted.
@safe final class ArchiveReader {
    /// One member of an archive.
    struct Member {
        /// The name as the archive gives it, or a stand-in; nil for a stream without members.
        let name: String?
    }

    private let handle: OpaquePointer
    private let memory: UnsafeMutableRawBufferPointer?
    private let descriptor: Int32?
    private let subject: String
    private var ordinal = 0

    /// Opens bytes in memory, which errors call `subject`.
    init(_ bytes: [UInt8], subject: String) throws {
        unsafe handle = try Self.newHandle()
        let copy = UnsafeMutableRawBufferPointer.allocate(byteCount: bytes.count, alignment: 16)
        unsafe copy.copyBytes(from: bytes)
        unsafe memory = copy
        descriptor = nil
        self.subject = subject
        let status = unsafe archive_read_open_memory(handle, copy.baseAddress, copy.count)
        try check(status)
    }

    /// Opens a descriptor, which errors call `subject`; it is closed at the end if `owned`.
    init(descriptor: Int32, owned: Bool, subject: String) throws {
        unsafe handle = try Self.newHandle()
        unsafe memory = nil
        self.descriptor = owned ? descriptor : nil
        self.subject = subject
        let status = unsafe archive_read_open_fd(handle, descriptor, 1 << 16)
        try check(status)
    }

    deinit {
        _ = unsafe archive_read_free(handle)
        unsafe memory?.deallocate()
        if let descriptor { _ = close(descriptor) }
    }

    /// Whether the bytes turned out to be neither archive nor compressed, once a member was read.
    var isPlain: Bool {
        unsafe archive_format(handle) == ARCHIVE_FORMAT_RAW && archive_filter_count(handle) == 1
    }

    /// The next member that is an ordinary file, or nil at the end.
    func nextMember() throws -> Member? {
        let locale = TextLocale.enter()
        defer { TextLocale.leave(locale) }
        while true {
            var entry: OpaquePointer?
            let status = unsafe archive_read_next_header(handle, &entry)
            if status == ARCHIVE_EOF { return nil }
            try check(status)
            guard let entry = unsafe entry else { return nil }
            ordinal += 1
            // Archives made by `ar` may state no type at all.
            let type = unsafe archive_entry_filetype(entry)
            guard type == regularFile || type == 0, unsafe archive_entry_hardlink(entry) == nil
            else { continue }
            if unsafe archive_format(handle) == ARCHIVE_FORMAT_RAW { return Member(name: nil) }
            return unsafe Member(name: name(of: entry))
        }
    }

    /// The contents of the member just announced; nil if they exceed `limit` bytes.
    func contents(limit: Int) throws -> [UInt8]? {
        var contents: [UInt8] = []
        while true {
            var status = 0
            let part = unsafe [UInt8](unsafeUninitializedCapacity: 1 << 18) { buffer, count in
                status = unsafe archive_read_data(handle, buffer.baseAddress, buffer.count)
                count = max(0, status)
            }
            guard status >= 0 else {
                try check(Int32(clamping: status))
                throw MalformedInput("cannot be read", in: subject)
            }
            if part.isEmpty { return contents }
            guard part.count <= limit - contents.count else { return nil }
            contents += part
        }
    }

    private func name(of entry: OpaquePointer) -> String {
        guard let name = unsafe archive_entry_pathname(entry) else { return "member-\(ordinal)" }
        return unsafe String(cString: name)
    }

    /// Throws what libarchive reports, warnings about a member's properties excepted.
    private func check(_ status: Int32) throws {
        guard status != ARCHIVE_OK, status != ARCHIVE_WARN else { return }
        var reason = "the archive or compressed stream is damaged"
        if let text = unsafe archive_error_string(handle) {
            reason += unsafe " (\(String(cString: text)))"
        }
        throw MalformedInput(reason, in: subject)
    }
}

/// `AE_IFREG`, which the C header spells as a cast that Swift does not import.
private let regularFile: mode_t = 0o100000
