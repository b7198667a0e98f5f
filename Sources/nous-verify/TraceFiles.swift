import CommandLineTool
import Disputes
import Encodings
import Numerics
import Storage

/// Traces of steps as directories.
enum TraceFiles {
    /// Writes a trace; the directory appears whole or not at all.
    static func write(_ trace: StepTrace, to path: String) throws {
        let file = StepTraceFile(trace)
        try StopSignals.held {
            let directory = try AtomicDirectory(creating: path)
            let place = { (name: String) in Files.join(directory.temporary, name) }
            try Files.writeAtomically(path: place(StepTraceFile.statementName), file.statement)
            try Files.writeAtomically(path: place(StepTraceFile.operatorsName), file.operators)
            var values = try AtomicFile(creating: place(StepTraceFile.valuesName))
            for value in trace.values { try values.write(LittleEndian.bytes(of: value.array)) }
            try values.commit()
            try directory.commit()
        }
    }

    /// Reads a trace, whose values must have the roots that are signed.
    static func read(_ path: String, arithmetic: Arithmetic) throws -> StepTrace {
        let file = StepTraceFile(
            statement: try Files.read(
                path: Files.join(path, StepTraceFile.statementName),
                limit: StepTraceFile.statementLimit),
            operators: try Files.read(
                path: Files.join(path, StepTraceFile.operatorsName),
                limit: StepTraceFile.operatorsLimit))
        let values = try RandomAccessFile(path: Files.join(path, StepTraceFile.valuesName))
        do {
            let size =
                4
                * (try file.committedOperators().reduce(0) {
                    $0 + $1.description.shape.count
                })
            guard values.size == size else {
                throw MalformedInput(
                    "expected \(size) bytes, found \(values.size)", in: StepTraceFile.valuesName)
            }
            var start = 0
            return try file.trace(arithmetic: arithmetic) { count in
                defer { start += 4 * count }
                let bytes = try values.read(start..<start + 4 * count)
                return FloatView(copying: LittleEndian.floats(from: bytes[...]))
            }
        } catch let error as MalformedInput {
            throw error.within(path)
        }
    }
}
