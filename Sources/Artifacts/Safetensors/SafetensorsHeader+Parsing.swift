package import Encodings

extension SafetensorsHeader {
    /// Where the data begin, as the first 8 bytes of a file of `fileSize` bytes say.
    package static func end(
        _ first: ArraySlice<UInt8>, fileSize: Int, limit: Int = maximumLength
    ) throws(MalformedInput) -> Int {
        guard first.count >= 8 else {
            throw MalformedInput("expected 8 bytes of header length, found \(first.count)")
        }
        let stated = LittleEndian.integer(from: first.prefix(8))
        guard stated <= UInt64(limit) else {
            throw MalformedInput("expected a header of at most \(limit) bytes, found \(stated)")
        }
        let length = Int(stated)
        guard length <= fileSize - 8 else {
            throw MalformedInput("expected \(length) bytes of header, found \(fileSize - 8)")
        }
        return 8 + length
    }

    /// The members of the object that `header` spells before its padding.
    static func members(of header: ArraySlice<UInt8>) throws(MalformedInput) -> [JSONMember] {
        let text = header[..<((header.lastIndex { $0 != 0x20 } ?? header.startIndex - 1) + 1)]
        guard text.first == UInt8(ascii: "{"), text.last == UInt8(ascii: "}") else {
            throw MalformedInput("header: expected '{' first and '}' last before padding spaces")
        }
        do throws(MalformedInput) {
            let limits = JSONLimits(bytes: maximumLength, depth: 4)
            return try JSON(parsing: [UInt8](text), limits: limits).object ?? []
        } catch {
            throw MalformedInput("header: \(error.reason)")
        }
    }

    /// The tensor that one member of the header describes.
    static func tensor(
        _ member: JSONMember, dataStart: Int
    ) throws(MalformedInput) -> SafetensorsTensor {
        let subject = "tensor \(MalformedInput.quoted(member.key))"
        do throws(MalformedInput) {
            guard (1...maximumNameLength).contains(member.key.utf8.count),
                member.key.utf8.allSatisfy({ $0 >= 0x20 && $0 != 0x7F })
            else {
                throw MalformedInput(
                    "expected a name of 1 to \(maximumNameLength) bytes without control characters")
            }
            var fields = try JSONFields(member.value, of: "header")
            let dtype = try fields.value("dtype", expected: "a known dtype") {
                $0.string.flatMap(SafetensorsType.init(rawValue:))
            }
            let shape = try fields.value(
                "shape", expected: "at most \(maximumRank) whole numbers", as: shape)
            let range = try fields.value(
                "data_offsets", expected: "a begin and an end not before it", as: range)
            try fields.finish()
            guard byteCount(dtype, shape) == range.count else {
                throw MalformedInput(
                    "expected \(byteCount(dtype, shape).map(String.init) ?? "fewer") bytes for"
                        + " \(dtype.rawValue) \(shape), found \(range.count)")
            }
            guard range.upperBound <= Int.max - dataStart else {
                throw MalformedInput("expected offsets inside the file")
            }
            return SafetensorsTensor(
                name: member.key, dtype: dtype, shape: shape,
                range: (range.lowerBound + dataStart)..<(range.upperBound + dataStart))
        } catch {
            throw MalformedInput("\(subject): \(error.reason)")
        }
    }

    /// The pairs of strings under `__metadata__`.
    static func metadata(in value: JSON) throws(MalformedInput) -> [(String, String)] {
        guard let members = value.object else {
            throw .field("__metadata__", expected: "an object", found: value.summary)
        }
        var pairs: [(String, String)] = []
        for member in members {
            guard let text = member.value.string else {
                throw .field(
                    "__metadata__.\(member.key)", expected: "a string", found: member.value.summary)
            }
            pairs.append((member.key, text))
        }
        return pairs
    }

    /// Checks that `tensors`, sorted by offset, fill `data` without holes or overlaps.
    static func checkCoverage(
        of data: Range<Int>, by tensors: [SafetensorsTensor]
    ) throws(MalformedInput) {
        var end = data.lowerBound
        for tensor in tensors {
            guard tensor.range.lowerBound == end else {
                throw MalformedInput(
                    "tensor \(MalformedInput.quoted(tensor.name)): expected data_offsets to begin"
                        + " at \(end - data.lowerBound),"
                        + " found \(tensor.range.lowerBound - data.lowerBound)")
            }
            end = tensor.range.upperBound
        }
        guard end == data.upperBound else {
            throw MalformedInput(
                "expected \(end - data.lowerBound) bytes of data, found \(data.count)")
        }
    }

    /// The number of bytes of a tensor, or nil if it overflows.
    private static func byteCount(_ dtype: SafetensorsType, _ shape: [Int]) -> Int? {
        var count = dtype.size
        for size in shape {
            let (product, overflow) = count.multipliedReportingOverflow(by: size)
            if overflow { return nil }
            count = product
        }
        return count
    }

    private static func shape(_ value: JSON) -> [Int]? {
        guard let elements = value.array, elements.count <= maximumRank else { return nil }
        let sizes = elements.compactMap { element in
            element.integer.flatMap { $0 >= 0 ? Int($0) : nil }
        }
        return sizes.count == elements.count ? sizes : nil
    }

    private static func range(_ value: JSON) -> Range<Int>? {
        guard let bounds = shape(value), bounds.count == 2, bounds[0] <= bounds[1] else {
            return nil
        }
        return bounds[0]..<bounds[1]
    }
}
