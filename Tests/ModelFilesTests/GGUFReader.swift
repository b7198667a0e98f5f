import Encodings
import Foundation

/// Reads a GGUF file as its specification has it, for tests.
struct GGUFReader {
    enum Value: Equatable {
        case integer(Int)
        case float(Float)
        case bool(Bool)
        case string(String)
        case strings([String])
        case integers([Int])
        case floats([Float])
    }

    struct Tensor: Equatable {
        let name: String
        /// Fastest dimension first.
        let dimensions: [Int]
        let type: Int
        let offset: Int
    }

    private(set) var keys: [String] = []
    private(set) var values: [String: Value] = [:]
    private(set) var tensors: [Tensor] = []
    private(set) var dataStart = 0
    let bytes: [UInt8]
    private var position = 0

    init(_ bytes: [UInt8]) {
        self.bytes = bytes
        precondition(take(4).elementsEqual("GGUF".utf8), "the magic")
        precondition(integer(4) == 3, "version 3")
        let tensorCount = integer(8)
        let keyCount = integer(8)
        for _ in 0..<keyCount {
            let key = string()
            keys.append(key)
            values[key] = value(type: integer(4))
        }
        for _ in 0..<tensorCount {
            let name = string()
            let dimensions = (0..<integer(4)).map { _ in integer(8) }
            tensors.append(
                Tensor(name: name, dimensions: dimensions, type: integer(4), offset: integer(8)))
        }
        dataStart = (position + 31) / 32 * 32
        precondition(bytes[position..<dataStart].allSatisfy { $0 == 0 }, "padding")
    }

    /// The bytes of the tensor called `name`, of which there are `count`.
    func data(_ name: String, _ count: Int) -> ArraySlice<UInt8> {
        guard let tensor = tensors.first(where: { $0.name == name }) else { return [] }
        let start = dataStart + tensor.offset
        return bytes[start..<start + count]
    }

    /// The floats of the binary32 tensor called `name`.
    func floats(_ name: String) -> [Float] {
        let tensor = tensors.first { $0.name == name && $0.type == 0 }
        guard let tensor else { return [] }
        return LittleEndian.floats(from: data(name, 4 * tensor.dimensions.reduce(1, *)))
    }

    private mutating func take(_ count: Int) -> ArraySlice<UInt8> {
        defer { position += count }
        return bytes[position..<position + count]
    }

    private mutating func integer(_ size: Int) -> Int {
        Int(LittleEndian.integer(from: take(size)))
    }

    private mutating func string() -> String {
        String(decoding: take(integer(8)), as: UTF8.self)
    }

    private mutating func value(type: Int) -> Value {
        switch type {
        case 4: return .integer(integer(4))
        case 6: return .float(LittleEndian.floats(from: take(4))[0])
        case 7: return .bool(integer(1) == 1)
        case 8: return .string(string())
        case 9:
            let element = integer(4)
            let count = integer(8)
            if element == 8 { return .strings((0..<count).map { _ in string() }) }
            if element == 6 { return .floats(LittleEndian.floats(from: take(4 * count))) }
            precondition(element == 5, "an array of int32")
            return .integers((0..<count).map { _ in integer(4) })
        default: preconditionFailure("a type that is written: \(type)")
        }
    }
}
