import CArchive
import Encodings

/// How a stream is compressed, told by its first bytes.
///
/// libarchive can tell too, and would go on through all compressed streams in one another before
/// anything comes out. There a few hundred bytes that come to nothing could keep it busy for days,
/// with no chance to count. So each reader undoes one compression, whose output is measured.
enum StreamCompression {
    case none
    case gzip, bzip2, xz, lzma, lzip, zstd, lz4, compress, rpm

    /// As many first bytes as it takes to tell.
    static let startBytes = 13

    /// The compression of a stream that starts with these bytes.
    init(of start: [UInt8]) {
        let found = Self.signatures.first { start.starts(with: $0.bytes) }?.compression
        let isPlausible =
            switch found {
            case .gzip: Self.has(start, 3) { $0 & 0xE0 == 0 }
            case .bzip2: Self.isBzip2(start)
            case .lzma: Self.isLZMA(start)
            case .lzip: Self.has(start, 4) { $0 <= 1 } && Self.has(start, 5) { $0 & 31 >= 12 }
            case .compress: Self.has(start, 2) { $0 & 0x60 == 0 }
            default: true
            }
        self = isPlausible ? found ?? .none : .none
    }

    /// Makes a reader undo this compression and no other.
    func apply(to handle: OpaquePointer) throws(MalformedInput) {
        let status: Int32
        switch self {
        case .none: return
        case .gzip: status = unsafe archive_read_append_filter(handle, ARCHIVE_FILTER_GZIP)
        case .bzip2: status = unsafe archive_read_append_filter(handle, ARCHIVE_FILTER_BZIP2)
        case .xz: status = unsafe archive_read_append_filter(handle, ARCHIVE_FILTER_XZ)
        case .lzma: status = unsafe archive_read_append_filter(handle, ARCHIVE_FILTER_LZMA)
        case .lzip: status = unsafe archive_read_append_filter(handle, ARCHIVE_FILTER_LZIP)
        case .zstd: status = unsafe archive_read_append_filter(handle, ARCHIVE_FILTER_ZSTD)
        case .lz4: status = unsafe archive_read_append_filter(handle, ARCHIVE_FILTER_LZ4)
        // These two read ahead when they are appended, before there is anything to read.
        case .compress: status = unsafe archive_read_support_filter_compress(handle)
        case .rpm: status = unsafe archive_read_support_filter_rpm(handle)
        }
        // It warns where it would have to run another program.
        guard status == ARCHIVE_OK else {
            throw MalformedInput("compressed with \(self), which this libarchive cannot undo")
        }
    }

    private static let signatures: [(bytes: [UInt8], compression: StreamCompression)] = [
        ([0x1F, 0x8B, 0x08], .gzip), (Array("BZh".utf8), .bzip2),
        ([0xFD, 0x37, 0x7A, 0x58, 0x5A, 0x00], .xz), ([0x5D, 0x00, 0x00], .lzma),
        (Array("LZIP".utf8), .lzip), ([0x28, 0xB5, 0x2F, 0xFD], .zstd),
        ([0x04, 0x22, 0x4D, 0x18], .lz4), ([0x02, 0x21, 0x4C, 0x18], .lz4),
        ([0x1F, 0x9D], .compress), ([0xED, 0xAB, 0xEE, 0xDB], .rpm),
    ]

    private static func has(_ start: [UInt8], _ place: Int, _ isFit: (UInt8) -> Bool) -> Bool {
        place < start.count && isFit(start[place])
    }

    /// Whether a block or the end of the stream follows the size of blocks.
    private static func isBzip2(_ start: [UInt8]) -> Bool {
        guard has(start, 3, { (0x31...0x39).contains($0) }) else { return false }
        let rest = start.dropFirst(4)
        return rest.starts(with: [0x31, 0x41, 0x59, 0x26, 0x53, 0x59])
            || rest.starts(with: [0x17, 0x72, 0x45, 0x38, 0x50, 0x90])
    }

    /// Whether the stream's size is unknown, or below a tebibyte.
    private static func isLZMA(_ start: [UInt8]) -> Bool {
        let size = start.dropFirst(5).prefix(8)
        return size.count == 8
            && (size.allSatisfy { $0 == 0xFF } || size.suffix(3).allSatisfy { $0 == 0 })
    }
}
