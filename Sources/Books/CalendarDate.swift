/// A day of the Gregorian calendar, counted from 1970-01-01.
///
/// Conversion is Howard Hinnant's `days_from_civil` and its inverse, in integers.
package struct CalendarDate: Comparable, Sendable, CustomStringConvertible {
    /// The last day that four digits of a year can state.
    package static let last = CalendarDate(days: 2_932_896)

    /// Days since 1970-01-01.
    package let days: Int

    /// The day `days` after 1970-01-01.
    package init(days: Int) { self.days = days }

    /// Reads `YYYY-MM-DD`, or returns nil; years are from 1970 to 9999.
    package init?(_ text: String) {
        let parts = text.split(separator: "-", omittingEmptySubsequences: false)
        guard parts.count == 3, let year = Int(parts[0]), let month = Int(parts[1]),
            let day = Int(parts[2]), (1970...9999).contains(year), (1...12).contains(month),
            (1...31).contains(day)
        else { return nil }
        let shifted = month <= 2 ? year - 1 : year
        let (era, yearOfEra) = (shifted / 400, shifted % 400)
        let dayOfYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1
        let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
        self.init(days: era * 146_097 + dayOfEra - 719_468)
        guard description == text else { return nil }
    }

    /// The day in the form `YYYY-MM-DD`.
    package var description: String {
        let shifted = days + 719_468
        let (era, dayOfEra) = (shifted / 146_097, shifted % 146_097)
        let yearOfEra =
            (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let shiftedMonth = (5 * dayOfYear + 2) / 153
        let day = dayOfYear - (153 * shiftedMonth + 2) / 5 + 1
        let month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
        let year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
        return [(year, 4), (month, 2), (day, 2)].map { number, width in
            let digits = String(number)
            return String(repeating: "0", count: max(0, width - digits.utf8.count)) + digits
        }.joined(separator: "-")
    }

    /// Whether the left day is before the right one.
    package static func < (left: CalendarDate, right: CalendarDate) -> Bool {
        left.days < right.days
    }
}
