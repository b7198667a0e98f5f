import Encodings
import Storage

/// A safetensors file whose tensors are read from the device part by part.
package struct SafetensorsFile: Sendable {
    /// The path, for errors.
    package let path: String

    /// The tensors of the file.
    package let header: SafetensorsHeader

    private let file: RandomAccessFile

    /// Opens the file at `path`, whose header may have `headerLimit` bytes.
    package init(
        path: String, headerLimit: Int = SafetensorsHeader.maximumLength
    ) throws {
        let dataStart: Int
        let file = try RandomAccessFile(path: path)
        let length = try file.read(0..<min(8, file.size))
        do throws(MalformedInput) {
            dataStart = try SafetensorsHeader.end(
                length[...], fileSize: file.size, limit: headerLimit)
        } catch {
            throw error.within(path)
        }
        let prefix = try file.read(0..<dataStart)
        do throws(MalformedInput) {
            header = try SafetensorsHeader(parsing: prefix[...], fileSize: file.size)
        } catch {
            throw error.within(path)
        }
        self.path = path
        self.file = file
    }

    /// The bytes of `range`, which must lie in the file.
    package func bytes(in range: Range<Int>) throws -> [UInt8] { try file.read(range) }
}
