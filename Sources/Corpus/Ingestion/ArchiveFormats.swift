import CArchive
import Glibc

extension ArchiveReader {
    /// A libarchive reader that knows the formats and filters of our list.
    static func newHandle() throws -> OpaquePointer {
        guard let handle = unsafe archive_read_new() else {
            throw ArchiveMemoryFailure()
        }
        unsafe supportFormats(handle)
        unsafe supportFilters(handle)
        return unsafe handle
    }

    private static func supportFormats(_ handle: OpaquePointer) {
        _ = unsafe archive_read_support_format_tar(handle)
        _ = unsafe archive_read_support_format_zip(handle)
        _ = unsafe archive_read_support_format_cpio(handle)
        _ = unsafe archive_read_support_format_7zip(handle)
        _ = unsafe archive_read_support_format_ar(handle)
        _ = unsafe archive_read_support_format_iso9660(handle)
        _ = unsafe archive_read_support_format_rar(handle)
        _ = unsafe archive_read_support_format_rar5(handle)
        _ = unsafe archive_read_support_format_cab(handle)
        _ = unsafe archive_read_support_format_xar(handle)
        _ = unsafe archive_read_support_format_warc(handle)
        _ = unsafe archive_read_support_format_empty(handle)
        _ = unsafe archive_read_support_format_raw(handle)
    }

    /// Each call warns, and leaves the filter out, where libarchive would have to run a program.
    private static func supportFilters(_ handle: OpaquePointer) {
        _ = unsafe archive_read_support_filter_gzip(handle)
        _ = unsafe archive_read_support_filter_bzip2(handle)
        _ = unsafe archive_read_support_filter_xz(handle)
        _ = unsafe archive_read_support_filter_lzma(handle)
        _ = unsafe archive_read_support_filter_lzip(handle)
        _ = unsafe archive_read_support_filter_zstd(handle)
        _ = unsafe archive_read_support_filter_lz4(handle)
        _ = unsafe archive_read_support_filter_compress(handle)
        _ = unsafe archive_read_support_filter_rpm(handle)
    }
}

/// Memory ran out where libarchive needed a few hundred bytes.
struct ArchiveMemoryFailure: Error {}

/// The locale in which libarchive reads member names: UTF-8, whatever the user's is.
enum TextLocale {
    /// A locale to go back to.
    @safe struct Previous {
        fileprivate let locale: locale_t?
    }

    /// Makes UTF-8 the locale of this thread until `leave`.
    static func enter() -> Previous {
        guard let locale = unsafe utf8.locale else { return unsafe Previous(locale: nil) }
        return unsafe Previous(locale: uselocale(locale))
    }

    /// Gives this thread its locale back.
    static func leave(_ previous: Previous) {
        if let locale = unsafe previous.locale { _ = unsafe uselocale(locale) }
    }

    @safe private struct Shared: @unchecked Sendable {
        let locale: locale_t?
    }

    private static let utf8 = unsafe Shared(locale: newlocale(characterTypes, "C.UTF-8", nil))

    /// `LC_CTYPE_MASK`, which the C header computes by shifting.
    private static let characterTypes: Int32 = 1 << LC_CTYPE
}
