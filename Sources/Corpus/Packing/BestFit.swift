/// Best-fit decreasing: each piece, the longest first, goes where least space is left after it.
///
/// H. Ding and others, "Fewer truncations improve language modeling", 2024, pack documents so.
enum BestFit {
    /// The pieces of each row, by their numbers in the order in which they stand.
    ///
    /// Of pieces of one length the first comes first, of rows with one space left the one that got
    /// a piece last. Lengths are from 1 to `capacity`. Takes O(N log capacity) for N pieces.
    static func rows(of lengths: [Int], capacity: Int) -> [[Int]] {
        var rows: [[Int]] = []
        /// The rows that have each space left, in the order in which they came to it.
        var rowsBySpace = [[Int]](repeating: [], count: capacity + 1)
        var spaces = SpaceIndex(capacity: capacity)
        for piece in longestFirst(lengths, capacity: capacity) {
            let length = lengths[piece]
            var space = capacity
            let row: Int
            if let found = spaces.least(from: length), let last = rowsBySpace[found].popLast() {
                if rowsBySpace[found].isEmpty { spaces.remove(found) }
                (row, space) = (last, found)
                rows[row].append(piece)
            } else {
                row = rows.count
                rows.append([piece])
            }
            rowsBySpace[space - length].append(row)
            spaces.insert(space - length)
        }
        return rows
    }

    /// The numbers of the pieces by falling length, sorted by counting.
    private static func longestFirst(_ lengths: [Int], capacity: Int) -> [Int] {
        var starts = [Int](repeating: 0, count: capacity + 1)
        for length in lengths { starts[capacity - length] += 1 }
        var sum = 0
        for index in starts.indices { (starts[index], sum) = (sum, sum + starts[index]) }
        var sorted = [Int](repeating: 0, count: lengths.count)
        for (piece, length) in lengths.enumerated() {
            sorted[starts[capacity - length]] = piece
            starts[capacity - length] += 1
        }
        return sorted
    }
}

/// A set of numbers up to a capacity that finds the least one from a bound on.
///
/// A binary tree in an array: node n has the children 2n and 2n + 1, and is set if one of them is.
struct SpaceIndex {
    private var nodes: [Bool]
    private let leaves: Int

    init(capacity: Int) {
        var leaves = 1
        while leaves <= capacity { leaves *= 2 }
        self.leaves = leaves
        nodes = [Bool](repeating: false, count: 2 * leaves)
    }

    /// Adds a number.
    mutating func insert(_ number: Int) {
        var node = leaves + number
        while node > 0, !nodes[node] {
            nodes[node] = true
            node /= 2
        }
    }

    /// Takes a number away.
    mutating func remove(_ number: Int) {
        var node = leaves + number
        nodes[node] = false
        while node > 1, !nodes[node ^ 1] {
            node /= 2
            nodes[node] = false
        }
    }

    /// The least number that is not below `bound`.
    func least(from bound: Int) -> Int? {
        guard bound < leaves else { return nil }
        var node = leaves + bound
        while !nodes[node] {
            // Up to the first set node to the right.
            while node & 1 == 1 { node /= 2 }
            guard node > 0 else { return nil }
            node += 1
        }
        while node < leaves { node = nodes[2 * node] ? 2 * node : 2 * node + 1 }
        return node - leaves
    }
}
