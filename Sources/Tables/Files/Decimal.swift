import Encodings
import Foundation
import GRDB

// The names and results of the extension `decimal`, which the program `sqlite3` has, so that a
// question reads the same there; of whole numbers only.

extension DatabaseFunction {
    /// `decimal_sum(amount)`: the exact sum as text, or null of no rows.
    static var decimalSum: DatabaseFunction {
        DatabaseFunction(
            "decimal_sum", argumentCount: 1, pure: true, aggregate: DecimalSum.self)
    }
}

extension DatabaseCollation {
    /// `ORDER BY amount COLLATE decimal`: by what the digits say, and then whatever is no number.
    static var decimal: DatabaseCollation {
        DatabaseCollation("decimal") { left, right in
            switch (Int128(left), Int128(right)) {
            case (let left?, let right?): order(left, right, <)
            case (_?, nil): .orderedAscending
            case (nil, _?): .orderedDescending
            case (nil, nil): order(left, right) { $0.precedesByBytes($1) }
            }
        }
    }
}

private func order<Value: Equatable>(
    _ left: Value, _ right: Value, _ precedes: (Value, Value) -> Bool
) -> ComparisonResult {
    left == right ? .orderedSame : precedes(left, right) ? .orderedAscending : .orderedDescending
}

/// The sum of whole numbers, whether integers or text.
private struct DecimalSum: DatabaseAggregate {
    private var sum: Int128?

    mutating func step(_ values: [DatabaseValue]) throws {
        guard let value = values.first, !value.isNull else { return }
        guard let number = Int128("\(value.storage.value.map { "\($0)" } ?? "")") else {
            throw DatabaseError(message: "decimal_sum: expected a whole number, found \(value)")
        }
        let (sum, overflows) = (self.sum ?? 0).addingReportingOverflow(number)
        guard !overflows else { throw DatabaseError(message: "decimal_sum: the sum is too large") }
        self.sum = sum
    }

    func finalize() -> (any DatabaseValueConvertible)? { sum.map { "\($0)" } }
}
