package import Encodings
package import Numerics
import Storage

/// A trace as a directory of three files.
///
/// They are `statement.json`, `operators.ndjson` and `values`, which holds the floats of all operators
/// in order, little-endian. Specified in docs/formats/dispute.md.
package struct StepTraceFile: Sendable {
    /// The signed statement.
    package let statement: [UInt8]
    /// The operators' lines, each with its line feed.
    package let operators: [UInt8]

    /// The names of the three files.
    package static let (statementName, operatorsName, valuesName) = (
        "statement.json", "operators.ndjson", "values"
    )
    /// The most bytes of a statement.
    package static let statementLimit = 1 << 16
    /// The most bytes of all operators' lines.
    package static let operatorsLimit = 1 << 28

    /// The two small files of a trace.
    package init(_ trace: StepTrace) {
        statement = trace.record.orderedLine
        operators = trace.operators.flatMap { $0.line + [UInt8(ascii: "\n")] }
    }

    /// The two small files as they were read.
    package init(statement: [UInt8], operators: [UInt8]) {
        self.statement = statement
        self.operators = operators
    }

    /// The operators, as far as a trace may have.
    package func committedOperators() throws(MalformedInput) -> [CommittedOperator] {
        var steps: [CommittedOperator] = []
        for line in operators.split(
            separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false
        ).dropLast() {
            do throws(MalformedInput) {
                guard steps.count < TraceLimits.operators else {
                    throw MalformedInput("expected at most \(TraceLimits.operators) operators")
                }
                steps.append(try CommittedOperator(parsing: Array(line), index: steps.count))
            } catch {
                throw error.within("\(StepTraceFile.operatorsName): line \(steps.count + 1)")
            }
        }
        guard !steps.isEmpty, operators.last == UInt8(ascii: "\n") else {
            throw MalformedInput("expected lines of operators", in: StepTraceFile.operatorsName)
        }
        return steps
    }

    /// The trace, whose values `readValue` gives in order, a number of floats at a time.
    package func trace<Failure: Error>(
        arithmetic: Arithmetic, readValue: (Int) throws(Failure) -> FloatView
    ) throws -> StepTrace {
        let record: JSON
        do throws(MalformedInput) {
            record = try JSON(parsing: statement, limits: .record)
        } catch {
            throw error.within(StepTraceFile.statementName)
        }
        let steps = try committedOperators()
        var values: [FloatView] = []
        for step in steps { values.append(try readValue(step.description.shape.count)) }
        return try StepTrace(
            record: record, operators: steps, values: values, arithmetic: arithmetic)
    }
}
