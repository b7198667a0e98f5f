package import Encodings

/// Files of one JSON object a line.
package enum JSONLines {
    /// What `read` makes of each line of `file`, which may have `sizeLimit` bytes.
    package static func read<Value>(
        _ file: [UInt8], sizeLimit: Int, _ read: (JSON) throws(MalformedInput) -> Value
    ) throws(MalformedInput) -> [Value] {
        var values: [Value] = []
        for row in try TextTable.rows(of: file, sizeLimit: sizeLimit) {
            do throws(MalformedInput) {
                values.append(try read(try JSON(parsing: row.text, limits: .record)))
            } catch {
                throw error.within("line \(row.number)")
            }
        }
        return values
    }
}
