import Encodings
import Storage

/// The `.idx` file of Megatron-LM's indexed datasets, in which each sequence is a document or a
/// part of one.
struct MegatronIndex {
    /// The bytes of a token.
    let tokenBytes: Int
    /// The tokens of each sequence.
    let lengths: [Int32]
    /// Where in the `.bin` file each sequence begins, in bytes.
    let pointers: [Int64]
    /// The number of the first sequence of each document, and then that of all sequences.
    let documents: [Int64]

    /// The most sequences, and so documents, of a file.
    static let maximumSequences = 1 << 28

    private static let magic = Array("MMIDIDX".utf8) + [0, 0]
    private static let headerSize = 34

    /// The bytes of a token by the file's code: u8, i32, i64, u16.
    private static let sizes: [UInt8: Int] = [1: 1, 4: 4, 5: 8, 8: 2]

    /// Writes the index of documents that lie one after another, each a sequence.
    static func write(
        lengths: [Int32], isWide: Bool, to sink: inout some ByteSink & ~Copyable
    ) throws {
        let counts = [UInt64(lengths.count), UInt64(lengths.count) + 1]
        try sink.write(
            magic + LittleEndian.bytes(of: [UInt64(1)]) + [isWide ? 4 : 8]
                + LittleEndian.bytes(of: counts))
        try write(lengths.count, to: &sink) { lengths[$0] }
        var pointer: Int64 = 0
        try write(lengths.count, to: &sink) { index in
            defer { pointer += Int64(lengths[index]) * (isWide ? 4 : 2) }
            return pointer
        }
        try write(lengths.count + 1, to: &sink) { Int64($0) }
    }

    /// Writes numbers in parts, so that only the lengths are ever in memory.
    private static func write<Number: LittleEndianNumber>(
        _ count: Int, to sink: inout some ByteSink & ~Copyable, _ number: (Int) -> Number
    ) throws {
        for start in stride(from: 0, to: count, by: 1 << 16) {
            try sink.write(
                LittleEndian.bytes(of: (start..<min(count, start + 1 << 16)).map(number)))
        }
    }

    /// Reads the index at `path`, whose tokens are in a file of `tokenFileSize` bytes.
    init(path: String, tokenFileSize: Int) throws {
        let file = try RandomAccessFile(path: path)
        do {
            self = try Self(file, tokenFileSize: tokenFileSize)
        } catch let error as MalformedInput {
            throw error.subject == nil ? error.within(path) : error
        }
    }

    private init(_ file: RandomAccessFile, tokenFileSize: Int) throws {
        let header = try file.read(0..<min(Self.headerSize, file.size))
        guard header.count == Self.headerSize, header.starts(with: Self.magic),
            LittleEndian.integer(from: header[9..<17]) == 1
        else { throw MalformedInput("expected an index of version 1, found another file") }
        guard let tokenBytes = Self.sizes[header[17]] else {
            throw MalformedInput(
                "expected the code of integers 1, 4, 5 or 8, found \(header[17])")
        }
        let sequences = LittleEndian.integer(from: header[18..<26])
        let marks = LittleEndian.integer(from: header[26..<34])
        let limit = UInt64(Self.maximumSequences)
        guard sequences <= limit, (1...limit + 1).contains(marks) else {
            throw MalformedInput(
                "expected at most \(limit) sequences and documents, found \(sequences) and"
                    + " \(marks) ends")
        }
        let (count, markCount) = (Int(sequences), Int(marks))
        let size = Self.headerSize + 12 * count + 8 * markCount
        // A mode for each sequence may follow; text has none.
        guard file.size == size || file.size == size + count else {
            throw MalformedInput("expected \(size) bytes, found \(file.size)")
        }
        let pointersStart = Self.headerSize + 4 * count
        let marksStart = pointersStart + 8 * count
        self.tokenBytes = tokenBytes
        lengths = LittleEndian.numbers(from: try file.read(Self.headerSize..<pointersStart)[...])
        pointers = LittleEndian.numbers(from: try file.read(pointersStart..<marksStart)[...])
        documents = LittleEndian.numbers(from: try file.read(marksStart..<size)[...])
        try check(tokenFileSize: tokenFileSize)
    }

    private func check(tokenFileSize: Int) throws(MalformedInput) {
        for index in lengths.indices {
            let (length, pointer) = (Int(lengths[index]), Int(pointers[index]))
            guard length >= 0, pointer >= 0, pointer <= tokenFileSize,
                length <= (tokenFileSize - pointer) / tokenBytes
            else {
                throw MalformedInput(
                    "sequence \(index): \(length) tokens at byte \(pointer) are not in the"
                        + " \(tokenFileSize) bytes of the .bin file")
            }
        }
        guard documents.first == 0, documents.last == Int64(lengths.count),
            zip(documents, documents.dropFirst()).allSatisfy({ $0 <= $1 })
        else { throw MalformedInput("expected ascending documents from 0 to \(lengths.count)") }
    }
}
