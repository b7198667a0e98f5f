import Artifacts
import Encodings
import Storage

/// Which rows of a damaged shard its sound frames do not hold.
struct ShardSalvage {
    /// The rows with bytes in a frame that is not sound, ascending; none if that cannot be told.
    private(set) var damagedRows: [Range<Int>] = []

    /// Whether all frames are sound and hold the shard: only the rest of the file is at fault.
    private(set) var isWhole = false

    /// The largest file that is examined: more than shards of 2^26 tokens have.
    private static let maximumFileSize = 1 << 30

    /// Examines the file of the shard that should have this digest and number of rows.
    init(path: String, digest: Digest, rows: Int) {
        guard let file = try? Files.read(ordinary: path, limit: Self.maximumFileSize)
        else { return }
        let frames = ZstdSalvage(file).pieces
        guard case .content(let first)? = frames.first else { return }
        var source = MemorySource(first)
        guard let manifest = try? Artifact.readManifest(from: &source, expecting: .shard),
            manifest.digest == digest
        else { return }
        let layout = manifest.tarLayout()
        guard layout.size <= 2 * Self.maximumFileSize else { return }
        let (content, lost) = Self.assemble(frames, size: layout.size)
        guard !lost.isEmpty else {
            let artifact = try? Artifact.read(bytes: content, expecting: .shard)
            isWhole = artifact?.digest == digest
            return
        }
        guard let index = manifest.entries.firstIndex(where: { $0.path == Shard.tokensMember })
        else { return }
        damagedRows = Self.rows(
            lost, of: Array(content[layout.members[index]]),
            at: layout.members[index].lowerBound, rows: rows)
    }

    /// The content, with zeros where it is lost, and the ranges that are.
    ///
    /// Frames hold a mebibyte each, so their number says where they belong. With as many gaps as
    /// frames are missing each gap is one frame; otherwise all from the first gap to the last is
    /// taken for lost.
    private static func assemble(
        _ pieces: [ZstdSalvage.Piece], size: Int
    ) -> (content: [UInt8], lost: [Range<Int>]) {
        var content = [UInt8](repeating: 0, count: size)
        let sound = pieces.filter { if case .content = $0 { true } else { false } }.count
        let gaps = pieces.count - sound
        let missing = (size + ZstdFrame.contentSize - 1) / ZstdFrame.contentSize - sound
        var lost: [Range<Int>] = []
        var number = 0
        for piece in pieces {
            switch piece {
            case .content(let bytes):
                let start = number * ZstdFrame.contentSize
                guard start + bytes.count <= size else { break }
                content.replaceSubrange(start..<start + bytes.count, with: bytes)
                number += 1
            case .damage:
                let skipped = gaps == missing || missing < 0 ? 1 : missing
                guard missing > 0 else { break }
                let start = number * ZstdFrame.contentSize
                number += skipped
                lost.append(start..<max(start, min(size, number * ZstdFrame.contentSize)))
            }
        }
        if gaps > 1, missing > 0, gaps != missing, let first = lost.first {
            // Frames after the last gap are counted from the end.
            let after = pieces.reversed().prefix { if case .content = $0 { true } else { false } }
            let frames = sound + missing - after.count
            lost = [first.lowerBound..<min(size, frames * ZstdFrame.contentSize)]
        }
        return (content, lost)
    }

    /// The rows that have bytes in `lost`, ranges of the content, where `tokens` begins at `start`.
    ///
    /// None where something is lost that may concern every row.
    private static func rows(
        _ lost: [Range<Int>], of tokens: [UInt8], at start: Int, rows: Int
    ) -> [Range<Int>] {
        guard let reader = try? SafetensorsReader(tokens) else { return [] }
        var damaged = [Bool](repeating: false, count: rows)
        for tensor in reader.tensors {
            for range in lost {
                let bytes = (range.lowerBound - start..<range.upperBound - start)
                    .clamped(to: tensor.range)
                if bytes.isEmpty || tensor.name.hasSameBytes(as: "document_offsets") { continue }
                guard tensor.name.hasSameBytes(as: "tokens"), tensor.shape.first == rows
                else { return [] }
                let rowBytes = tensor.range.count / rows
                let first = (bytes.lowerBound - tensor.range.lowerBound) / rowBytes
                let last = (bytes.upperBound - 1 - tensor.range.lowerBound) / rowBytes
                for row in first...last { damaged[row] = true }
            }
        }
        return damaged.ranges
    }
}

extension [Bool] {
    /// The stretches of places that are true.
    fileprivate var ranges: [Range<Int>] {
        var ranges: [Range<Int>] = []
        for index in indices where self[index] {
            if let last = ranges.last, last.upperBound == index {
                ranges[ranges.count - 1] = last.lowerBound..<index + 1
            } else {
                ranges.append(index..<index + 1)
            }
        }
        return ranges
    }
}
