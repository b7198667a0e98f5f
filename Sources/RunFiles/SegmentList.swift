import ArgumentParser
import CommandLineTool

/// Segments as options take them: `2,5`.
package struct SegmentList: ExpressibleByArgument, Sendable, Equatable {
    /// The numbers, from 1, ascending.
    package let numbers: [Int]

    /// Reads different numbers from 1 on, in any order, with commas between them.
    package init?(argument: String) {
        let words = argument.split(separator: ",", omittingEmptySubsequences: false)
        let numbers = words.compactMap { word -> Int? in
            guard let number = Int(word), number > 0, "\(number)" == word else { return nil }
            return number
        }
        guard numbers.count == words.count, Set(numbers).count == numbers.count else { return nil }
        self.numbers = numbers.sorted()
    }

    /// The numbers, none of which may be beyond the `count` segments there are.
    package func numbers(of count: Int) throws -> [Int] {
        guard let last = numbers.last, last <= count else {
            throw Failure(
                .usage, "--segments: expected at most \(count), found \(numbers.last ?? 0)")
        }
        return numbers
    }
}
