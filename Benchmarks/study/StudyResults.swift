import Encodings
import Storage

/// The curves of a study, a file of lines of JSON each.
struct StudyResults {
    /// Where they are.
    let directory: String

    /// The file of a run's curve.
    static func path(_ name: String, in directory: String) -> String {
        Files.join(directory, name + ".ndjson")
    }

    /// The curve of a run; none if it has not been made.
    func curve(_ name: String) throws -> [StudyPoint]? {
        let path = StudyResults.path(name, in: directory)
        guard Files.exists(path) else { return nil }
        return try Files.read(path: path, limit: 1 << 20).split(separator: UInt8(ascii: "\n"))
            .map { try StudyPoint(JSON(parsing: Array($0))) }
    }

    /// The last points of the runs that have been made.
    func ends(_ names: [String]) throws -> [StudyPoint] {
        try names.compactMap { try curve($0)?.last }
    }
}
