import Numerics
package import Rounds
package import Storage
import Synchronization

/// The updates to merge, in ascending order of their contributions' digests, which are read one
/// after the other as often as a rule asks; so memory does not depend on their number.
package struct UpdateSource: Sendable {
    /// What is known of an update before it is read.
    package struct Entry: Sendable, Equatable {
        /// The digest of its contribution.
        package let digest: Digest
        /// The verified tokens.
        package let tokens: Int
        /// What the update counts for if it was not made in exact arithmetic.
        package let tolerant: TolerantSettings?

        /// An update of the given contribution.
        package init(digest: Digest, tokens: Int, tolerant: TolerantSettings? = nil) {
            self.digest = digest
            self.tokens = tokens
            self.tolerant = tolerant
        }
    }

    /// One an update, in the order of merging.
    package let entries: [Entry]
    /// Elements of each tensor.
    package let tensorSizes: [Int]
    /// The most elements sent in one update.
    package let sentLimit: Int
    /// Updates that are held compressed at a time.
    private let groupSize: Int
    private let read: @Sendable (Int) throws -> CompressedUpdate

    /// Bytes of compressed updates that are held at a time, but for one a thread; and the most
    /// updates, beyond which nothing is gained.
    private static let (groupBytes, groupLimit) = (128 << 20, 16)

    /// A source of at least one update, none of which takes more than `byteLimit`; `read` gives the
    /// one with a number, the same each time.
    package init(
        entries: [Entry], tensorSizes: [Int], sentLimit: Int, byteLimit: Int,
        read: @escaping @Sendable (Int) throws -> CompressedUpdate
    ) {
        let ascends = zip(entries, entries.dropFirst()).allSatisfy { $0.digest < $1.digest }
        precondition(!entries.isEmpty && ascends, "updates in ascending order of digests")
        self.entries = entries
        self.tensorSizes = tensorSizes
        self.sentLimit = max(sentLimit, 1)
        groupSize = min(UpdateSource.groupLimit, UpdateSource.groupBytes / max(byteLimit, 1))
        self.read = read
    }

    /// The number of updates.
    package var count: Int { entries.count }

    /// A number that nobody could choose before all updates were fixed: the first eight bytes of
    /// SHA-256 of all digests in order, the first most significant.
    var seed: UInt64 {
        var digester = Digester()
        for entry in entries { digester.update(entry.digest.bytes) }
        return digester.finalize().bytes.prefix(8).reduce(0) { $0 << 8 | UInt64($1) }
    }

    /// Elements of all tensors.
    package var elementCount: Int { tensorSizes.reduce(0, +) }

    /// The first element of each tensor in the flat buffer.
    var tensorStarts: [Int] {
        tensorSizes.reduce(into: [0]) { $0.append($0[$0.count - 1] + $1) }.dropLast()
    }

    /// The part of each tensor in the flat buffer `storage`.
    func views(of storage: FloatStorage) -> [FloatView] {
        zip(tensorStarts, tensorSizes).map { storage.view[$0..<$0 + $1] }
    }

    /// Everybody's share: of the tokens, or the same for all, times the weights of the tolerant.
    package func shares(byTokens: Bool) -> [Double] {
        let parts = entries.map {
            (byTokens ? Double($0.tokens) : 1) * ($0.tolerant?.weight ?? 1)
        }
        let total = parts.reduce(0, +)
        return parts.map { $0 / total }
    }

    /// The largest share of all tolerant updates together, if there are any.
    var tolerantCap: Double? { entries.lazy.compactMap { $0.tolerant?.cap }.first }

    /// Calls `body` with every update in order; as many as there are threads are read and decoded
    /// at a time.
    func forEach(
        _ arithmetic: Arithmetic, _ body: (Int, SparseUpdate) throws -> Void
    ) throws {
        try forEach(arithmetic, finding: { $0 }, body)
    }

    /// Calls `body` in order with what `find` finds in every update; that is done by the thread which
    /// read the update.
    func forEach<Finding: Sendable>(
        _ arithmetic: Arithmetic, finding find: @Sendable (SparseUpdate) -> Finding,
        _ body: (Int, Finding) throws -> Void
    ) throws {
        try forEachGroup(of: arithmetic.threads, arithmetic, read: { find(try read($0).decoded) }) {
            for (number, finding) in zip($0, $1) { try body(number, finding) }
        }
    }

    /// Calls `body` with groups of updates in order, which are not decoded.
    func forEachGroup(
        _ arithmetic: Arithmetic, _ body: (Range<Int>, [CompressedUpdate]) throws -> Void
    ) throws {
        try forEachGroup(
            of: max(groupSize, arithmetic.threads), arithmetic, read: read, body)
    }

    private func forEachGroup<Update: Sendable>(
        of size: Int, _ arithmetic: Arithmetic, read: @Sendable (Int) throws -> Update,
        _ body: (Range<Int>, [Update]) throws -> Void
    ) throws {
        for start in stride(from: 0, to: count, by: size) {
            let numbers = start..<min(start + size, count)
            let updates = Mutex(
                [Result<Update, any Error>?](repeating: nil, count: numbers.count))
            arithmetic.parallelFor(numbers.count) { offset in
                let update = Result { try read(start + offset) }
                updates.withLock { $0[offset] = update }
            }
            let taken = updates.withLock { held in
                defer { held = [] }
                return held
            }
            try body(numbers, taken.compactMap { try $0?.get() })
        }
    }
}
