import Artifacts
import Encodings
package import Storage

/// Rows of tokens as they lie in a file: little-endian, two bytes a token, or four.
package struct TokenRows: Sendable, Equatable {
    /// The largest vocabulary whose tokens take two bytes.
    package static let largestNarrowVocabulary = 65_536

    /// The tokens of a row, T + 1.
    package let rowLength: Int
    /// Whether a token takes four bytes.
    package let isWide: Bool
    /// All rows, one after another.
    package private(set) var bytes: [UInt8] = []
    /// The documents in each row, where rows say that.
    package internal(set) var segments: RowSegments?

    /// The token that fills rows up where segments say that it is none of theirs.
    package static let padding: UInt32 = 0

    /// No rows of `rowLength` tokens from a vocabulary of this size.
    init(rowLength: Int, vocabularySize: Int) {
        self.rowLength = rowLength
        isWide = vocabularySize > Self.largestNarrowVocabulary
    }

    /// The rows in a tensor of shape [rows, T + 1]; segments are read elsewhere.
    init(_ tensor: SafetensorsTensor, in file: [UInt8]) throws(MalformedInput) {
        guard tensor.shape.count == 2, tensor.shape[0] > 0, tensor.shape[1] >= 2,
            tensor.dtype == .u16 || tensor.dtype == .u32
        else {
            throw MalformedInput(
                "tensor 'tokens': expected U16 or U32 of shape [rows, T + 1], found"
                    + " \(tensor.dtype.rawValue) of shape \(tensor.shape)")
        }
        rowLength = tensor.shape[1]
        isWide = tensor.dtype == .u32
        bytes = Array(file[tensor.range])
    }

    /// How many rows there are.
    package var count: Int { bytes.count / rowBytes }

    /// The tokens of a row.
    package func row(_ index: Int) -> [UInt32] {
        let slice = bytes[index * rowBytes..<(index + 1) * rowBytes]
        return isWide
            ? LittleEndian.numbers(from: slice)
            : LittleEndian.numbers(from: slice, as: UInt16.self).map(UInt32.init)
    }

    /// The Merkle leaf of a row.
    package func leafHash(_ index: Int) -> Digest {
        MerkleTree.leafHash(leafBytes(index))
    }

    /// The bytes that the Merkle leaf of a row holds: its tokens as they lie in the file and, where
    /// rows say that, the lengths of its segments.
    package func leafBytes(_ index: Int) -> [UInt8] {
        bytes[index * rowBytes..<(index + 1) * rowBytes] + (segments?.leafBytes(index) ?? [])
    }

    /// Adds a row.
    mutating func append(_ tokens: ArraySlice<UInt32>) {
        precondition(tokens.count == rowLength, "a whole row")
        bytes +=
            isWide
            ? LittleEndian.bytes(of: Array(tokens))
            : LittleEndian.bytes(of: tokens.map { UInt16($0) })
    }

    private var rowBytes: Int { rowLength * (isWide ? 4 : 2) }
}
