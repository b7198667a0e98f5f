import ArgumentParser
import CommandLineTool

/// Numbers of sequences as people write them: `17`, or `17-20` with both ends.
struct SequenceRange: ExpressibleByArgument {
    let numbers: ClosedRange<Int>

    init?(argument: String) {
        let parts = argument.split(separator: "-", omittingEmptySubsequences: false)
        let ends = parts.compactMap { part in
            part.allSatisfy { ("0"..."9").contains($0) } ? Int(part) : nil
        }
        guard ends.count == parts.count, (1...2).contains(ends.count),
            ends[0] <= ends[ends.count - 1]
        else { return nil }
        numbers = ends[0]...ends[ends.count - 1]
    }

    /// Refuses ranges with a sequence that a split of `count` sequences has not.
    static func check(_ ranges: [SequenceRange], count: Int, in directory: String) throws {
        guard let range = ranges.first(where: { $0.numbers.upperBound >= count }) else { return }
        let missing = max(range.numbers.lowerBound, count)
        throw Failure(.usage, "no sequence \(missing) in '\(directory)': there are \(count)")
    }
}
