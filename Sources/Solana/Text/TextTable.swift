import Encodings

/// Lines of text, and the cells of lines of CSV without quotes.
enum TextTable {
    /// A line that is not empty.
    struct Row {
        /// Its number in the file, from 1.
        let number: Int
        /// Its bytes without the line feed, and without a carriage return before that.
        let text: [UInt8]

        /// Refuses any other line than `header`.
        func expectHeader(_ header: String) throws(MalformedInput) {
            guard text.elementsEqual(header.utf8) else {
                let found = MalformedInput.quoted(String(decoding: text, as: UTF8.self))
                throw MalformedInput(
                    "line \(number): expected the header \"\(header)\", found \(found)")
            }
        }

        /// The line's `count` cells, without spaces around them.
        func cells(_ count: Int) throws(MalformedInput) -> [String] {
            let parts = text.split(separator: UInt8(ascii: ","), omittingEmptySubsequences: false)
            guard parts.count == count, !text.contains(UInt8(ascii: "\"")) else {
                throw MalformedInput("expected \(count) cells without quotes, with commas between")
            }
            return parts.map { part in
                let cell = part.drop { $0 == 0x20 }
                let end = cell.lastIndex { $0 != 0x20 }.map { $0 + 1 } ?? cell.startIndex
                return String(decoding: cell[..<end], as: UTF8.self)
            }
        }
    }

    /// The lines of `file`, which may have `sizeLimit` bytes.
    static func rows(of file: [UInt8], sizeLimit: Int) throws(MalformedInput) -> [Row] {
        guard file.count <= sizeLimit else {
            throw MalformedInput("expected at most \(sizeLimit) bytes, found \(file.count)")
        }
        var rows: [Row] = []
        let lines = file.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
        for (index, line) in lines.enumerated() {
            let text = line.last == UInt8(ascii: "\r") ? line.dropLast() : line
            if !text.isEmpty { rows.append(Row(number: index + 1, text: Array(text))) }
        }
        return rows
    }
}
