import Encodings

/// The typed keys at the start of a GGUF file, in the order in which they are added.
struct GGUFMetadata {
    private(set) var count = 0
    private(set) var bytes: [UInt8] = []

    /// The number of a value's type in the file.
    private enum ValueType: UInt32 {
        case uint32 = 4
        case int32 = 5
        case float32 = 6
        case bool = 7
        case string = 8
        case array = 9
    }

    mutating func add(_ key: String, _ value: Int) {
        begin(key, .uint32)
        bytes += LittleEndian.bytes(of: [UInt32(value)])
    }

    mutating func add(_ key: String, _ value: Float) {
        begin(key, .float32)
        bytes += LittleEndian.bytes(of: [value])
    }

    mutating func add(_ key: String, _ value: Bool) {
        begin(key, .bool)
        bytes.append(value ? 1 : 0)
    }

    mutating func add(_ key: String, _ value: String) {
        begin(key, .string)
        bytes += Self.string(value)
    }

    mutating func add(_ key: String, _ values: [String]) {
        begin(key, .array)
        begin(.string, values.count)
        for value in values { bytes += Self.string(value) }
    }

    mutating func add(_ key: String, _ values: [Int32]) {
        begin(key, .array)
        begin(.int32, values.count)
        bytes += LittleEndian.bytes(of: values)
    }

    mutating func add(_ key: String, _ values: [Float]) {
        begin(key, .array)
        begin(.float32, values.count)
        bytes += LittleEndian.bytes(of: values)
    }

    /// A string: its length in 8 bytes, then its UTF-8.
    static func string(_ text: String) -> [UInt8] {
        LittleEndian.bytes(of: UInt64(text.utf8.count)) + Array(text.utf8)
    }

    private mutating func begin(_ key: String, _ type: ValueType) {
        count += 1
        bytes += Self.string(key) + LittleEndian.bytes(of: [type.rawValue])
    }

    private mutating func begin(_ elements: ValueType, _ count: Int) {
        bytes += LittleEndian.bytes(of: [elements.rawValue])
        bytes += LittleEndian.bytes(of: UInt64(count))
    }
}
