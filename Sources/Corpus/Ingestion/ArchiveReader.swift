import CArchive
import Encodings
import Glibc
import Storage

/// Reads the members of an archive or a compressed stream through libarchive, one after another.
///
/// Formats and filters are told by content and come from a list: formats that take ordinary text
/// for something else (mtree, uuencode) and filters that run other programs are left out. Anything
/// unknown is one member with all the bytes. Nothing is ever extracted, and nothing is held but
/// archives that have to be read from their end.
@safe final class ArchiveReader {
    /// One member of an archive.
    struct Member {
        /// The name as the archive gives it, or a stand-in; nil for a stream without members.
        let name: String?
    }

    /// What the bytes of the archive are read from, kept for as long as libarchive reads.
    private enum Input {
        case file(Int32, owned: Bool)
        case feed(ArchiveFeed)
        case memory(HeldBytes)
    }

    private let handle: OpaquePointer
    private let input: Input
    private let subject: String
    private let meter: ExpansionMeter
    private let depth: Int
    private var ordinal = 0

    /// Opens a descriptor, which errors call `subject`; it is closed at the end if `owned`.
    convenience init(
        descriptor: Int32, owned: Bool, subject: String, limits: IngestionLimits
    ) throws {
        let meter = ExpansionMeter(limits: limits)
        var status = stat()
        let isOrdinary =
            unsafe fstat(descriptor, &status) == 0 && status.st_mode & S_IFMT == S_IFREG
        let input: Input
        if isOrdinary {
            meter.consumed = Int(status.st_size)
            input = .file(descriptor, owned: owned)
        } else {
            input = try Self.input(
                ArchiveFeed(.descriptor(descriptor), subject: subject, meter: meter))
        }
        try self.init(input, subject: subject, meter: meter, depth: 1)
    }

    /// Opens the member that `outer` has just announced, which errors call `subject`.
    convenience init(memberOf outer: ArchiveReader, subject: String) throws {
        let feed = ArchiveFeed(.member(outer), subject: subject, meter: outer.meter)
        try self.init(
            Self.input(feed), subject: subject, meter: outer.meter, depth: outer.depth + 1)
    }

    private init(
        _ input: Input, subject: String, meter: ExpansionMeter, depth: Int
    ) throws {
        unsafe handle = try Self.newHandle()
        self.input = input
        self.subject = subject
        self.meter = meter
        self.depth = depth
        try check(open())
        try checkLayers()
    }

    /// The most compressions around one archive, as in `.tar.zst.gz`.
    ///
    /// Only what comes out of the last one is metered, and each can swell a thousandfold.
    private static let compressionsLimit = 2

    private func checkLayers() throws(MalformedInput) {
        // The bytes themselves count as a filter.
        let layers = unsafe Int(archive_filter_count(handle)) - 1
        guard layers <= Self.compressionsLimit else {
            throw MalformedInput(
                "compressed \(layers) times over, and the limit is \(Self.compressionsLimit)",
                in: subject)
        }
    }

    /// A zip archive lists its members, and says which are links, at its end.
    private static func input(_ feed: ArchiveFeed) throws -> Input {
        try feed.beginsWithListedArchive() ? .memory(feed.readToEnd()) : .feed(feed)
    }

    private func open() -> Int32 {
        switch input {
        case .file(let descriptor, _):
            return unsafe archive_read_open_fd(handle, descriptor, 1 << 17)
        case .memory(let bytes):
            return unsafe archive_read_open_memory(handle, bytes.start, bytes.count)
        case .feed(let feed):
            let context = unsafe Unmanaged.passUnretained(feed).toOpaque()
            return unsafe archive_read_open2(
                handle, context, nil,
                { _, context, bytes in
                    guard let context = unsafe context else { return -1 }
                    let feed = unsafe Unmanaged<ArchiveFeed>.fromOpaque(context)
                    return unsafe feed.takeUnretainedValue().next(bytes)
                }, nil, nil)
        }
    }

    deinit {
        _ = unsafe archive_read_free(handle)
        if case .file(let descriptor, owned: true) = input { _ = close(descriptor) }
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

    /// Fills `room` with the next bytes of the member just announced; returns how many, 0 at the end.
    func read(into room: UnsafeMutableRawBufferPointer) throws -> Int {
        let count = unsafe archive_read_data(handle, room.baseAddress, room.count)
        guard count >= 0 else {
            try check(Int32(clamping: count))
            throw MalformedInput("cannot be read", in: subject)
        }
        try meter.note(count, depth: depth, in: subject)
        return count
    }

    private func name(of entry: OpaquePointer) -> String {
        guard let name = unsafe archive_entry_pathname(entry) else { return "member-\(ordinal)" }
        return unsafe String(cString: name)
    }

    /// Throws what libarchive reports, warnings about a member's properties excepted.
    private func check(_ status: Int32) throws {
        guard status != ARCHIVE_OK, status != ARCHIVE_WARN else { return }
        if case .feed(let feed) = input, let failure = feed.failure { throw failure }
        var reason = "the archive or compressed stream is damaged"
        if let text = unsafe archive_error_string(handle) {
            reason += unsafe " (\(String(cString: text)))"
        }
        throw MalformedInput(reason, in: subject)
    }
}

/// `AE_IFREG`, which the C header spells as a cast that Swift does not import.
private let regularFile: mode_t = 0o100000
