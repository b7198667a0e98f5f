import CZstd
import Encodings

/// Compresses single frames; the same content always gives the same bytes on one libzstd.
@safe
final class ZstdEncoder {
    private let context: OpaquePointer

    init() {
        guard let context = unsafe ZSTD_createCCtx() else { fatalError("out of memory") }
        unsafe self.context = unsafe context
        for (parameter, value) in [
            (ZSTD_c_compressionLevel, ZstdFrame.level), (ZSTD_c_checksumFlag, 1),
            (ZSTD_c_contentSizeFlag, 1), (ZSTD_c_dictIDFlag, 0),
        ] {
            let result = unsafe ZSTD_CCtx_setParameter(context, parameter, value)
            precondition(ZSTD_isError(result) == 0, "libzstd takes the parameter")
        }
    }

    deinit { _ = unsafe ZSTD_freeCCtx(context) }

    /// One frame with `content`.
    func frame(_ content: ArraySlice<UInt8>) -> [UInt8] {
        let capacity = ZSTD_compressBound(content.count)
        return unsafe [UInt8](unsafeUninitializedCapacity: capacity) { target, initialized in
            let size = unsafe content.withUnsafeBytes { source in
                unsafe ZSTD_compress2(
                    context, target.baseAddress, capacity, source.baseAddress, source.count)
            }
            precondition(ZSTD_isError(size) == 0, "a frame fits in its bound")
            initialized = size
        }
    }
}

/// Decompresses single frames into exactly as many bytes as they should hold.
@safe
final class ZstdDecoder {
    private let context: OpaquePointer

    init() {
        guard let context = unsafe ZSTD_createDCtx() else { fatalError("out of memory") }
        unsafe self.context = unsafe context
    }

    deinit { _ = unsafe ZSTD_freeDCtx(context) }

    /// The `count` bytes of content of `frame`; libzstd checks its size and checksum.
    func content(of frame: [UInt8], count: Int) throws(MalformedInput) -> [UInt8] {
        var result = 0
        let content = unsafe [UInt8](unsafeUninitializedCapacity: count) { target, initialized in
            result = unsafe frame.withUnsafeBytes { source in
                unsafe ZSTD_decompressDCtx(
                    context, target.baseAddress, count, source.baseAddress, source.count)
            }
            initialized = ZSTD_isError(result) == 0 ? result : 0
        }
        guard ZSTD_isError(result) == 0 else {
            let message = unsafe String(cString: ZSTD_getErrorName(result))
            throw MalformedInput("expected a sound frame, found: \(message)")
        }
        guard content.count == count else {
            throw MalformedInput("expected \(count) bytes of content, found \(content.count)")
        }
        return content
    }
}
