import CommandLineTool
package import Encodings
package import Identity
package import Storage

/// The metrics of one worker's training, which every process that goes on with it adds to.
///
/// NDJSON, one object a line; specified in docs/formats/metrics.md.
package struct MetricsFile {
    /// A step of a round; lines stand in the order of theirs.
    package struct Position: Comparable, Sendable {
        /// The round, from 1.
        package let round: Int
        /// The steps of the round that were done.
        package let step: Int

        /// A position.
        package init(round: Int, step: Int) {
            self.round = round
            self.step = step
        }

        /// Whether `left` comes first.
        package static func < (left: Position, right: Position) -> Bool {
            (left.round, left.step) < (right.round, right.step)
        }
    }

    private var sink: any ByteSink
    private static let sizeLimit = 1 << 30

    /// Opens the file `operand` to go on from `position`, cutting off what lies beyond it.
    ///
    /// Those lines are of steps that were not saved and will be done again. A file that is no
    /// metrics of this worker's in this run is left alone.
    package init(
        _ operand: String, run: Digest, worker: PublicKey, from position: Position
    ) throws {
        guard !Operand.isStream(operand) else {
            sink = Operand.standardOutput
            return
        }
        var length = 0
        if try Files.kind(operand, followingLinks: true) == .regular {
            let bytes = try Files.read(path: operand, limit: MetricsFile.sizeLimit)
            do throws(MalformedInput) {
                length = try MetricsFile.length(
                    of: bytes, upTo: position, run: run, worker: worker)
            } catch {
                throw Failure(
                    .cannotCreate, "cannot go on with '\(operand)': \(error)",
                    hint: "remove it, or name another file for metrics")
            }
        }
        sink = try GrowingFile(continuing: operand, at: length)
    }

    /// Adds one line.
    package mutating func append(_ record: JSON) throws {
        try sink.write(record.orderedLine)
    }

    /// The bytes of the whole lines up to `position`.
    package static func length(
        of bytes: [UInt8], upTo position: Position, run: Digest, worker: PublicKey
    ) throws(MalformedInput) -> Int {
        var (start, number) = (0, 0)
        // Without its line feed, a line was not written whole.
        while let end = bytes[start...].firstIndex(of: UInt8(ascii: "\n")) {
            number += 1
            do throws(MalformedInput) {
                let line = try JSON(parsing: Array(bytes[start..<end]), limits: .record)
                if number == 1 { try expectStart(line, run: run, worker: worker) }
                guard let round = line["round"]?.integer, let step = line["step"]?.integer
                else { throw MalformedInput("expected a round and a step, found none") }
                if Position(round: Int(round), step: Int(step)) > position { return start }
            } catch {
                throw error.within("line \(number)")
            }
            start = end + 1
        }
        let first = Array(#"{"type":"start""#.utf8)
        guard number > 0 || bytes.starts(with: first.prefix(bytes.count)) else {
            throw MalformedInput("expected metrics")
        }
        return start
    }

    private static func expectStart(
        _ line: JSON, run: Digest, worker: PublicKey
    ) throws(MalformedInput) {
        for (name, expected) in [
            ("type", "start"), ("run", run.hex), ("worker", worker.base58),
        ] where line[name]?.string != expected {
            throw .field(name, expected: expected, found: line[name]?.summary ?? "none")
        }
    }
}
