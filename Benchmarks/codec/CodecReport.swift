import CommandLineTool
import Encodings
import LanguageModel
import Numerics
import Storage

/// The table for people and the records for checks.
struct CodecReport {
    /// One measurement.
    struct Row {
        let name: String
        let value: Double
        let unit: String
        let peer: String?
        let peerValue: Double?

        init(
            _ name: String, _ value: Double, _ unit: String, peer: String? = nil,
            _ peerValue: Double? = nil
        ) {
            self.name = name
            self.value = value
            self.unit = unit
            self.peer = peer
            self.peerValue = peerValue
        }

        /// A speed, beside one to be reached.
        init(_ name: String, _ value: Double, _ unit: String, target: Double) {
            self.init(name, value, unit, peer: "target", target)
        }

        /// Ours over theirs, bigger is better.
        var ratio: Double? {
            peerValue.map { unit == "MB/s" ? value / $0 : $0 / value }
        }
    }

    private let conditions: [JSONMember]
    private var rows: [Row] = []

    init(worker: SampleWorker) {
        conditions = [
            JSONMember(key: "parameters", value: .integer(Int64(worker.layout.count))),
            JSONMember(key: "rounds", value: .integer(Int64(SampleWorker.rounds))),
            JSONMember(key: "steps", value: .integer(Int64(SampleWorker.steps))),
            JSONMember(key: "repeats", value: .integer(Int64(CodecMeasurement.repeats))),
            JSONMember(key: "threads", value: 1),
            JSONMember(
                key: "instruction_set", value: .string(InstructionSet.best.rawValue)),
        ]
        print("updates of \(worker.layout.count) parameters, one core")
    }

    mutating func add(_ row: Row) {
        rows.append(row)
        let label = row.name + String(repeating: " ", count: max(1, 34 - row.name.count))
        let beside = row.peerValue.map { value in
            "  \(row.peer ?? ""): \(Decimal.text(value, places: value < 100 ? 4 : 0)), ratio "
                + Decimal.text(row.ratio ?? 0, places: 3)
        }
        print(
            label + Decimal.text(row.value, places: row.value < 100 ? 4 : 0) + " \(row.unit)"
                + (beside ?? ""))
    }

    func write(to path: String) throws {
        let lines = rows.map { row -> [UInt8] in
            var members = [
                JSONMember(key: "name", value: .string(row.name)),
                JSONMember(key: "value", value: number(row.value)),
                JSONMember(key: "unit", value: .string(row.unit)),
            ]
            if let peer = row.peer, let value = row.peerValue, let ratio = row.ratio {
                members += [
                    JSONMember(key: "peer", value: .string(peer)),
                    JSONMember(key: "peer_value", value: number(value)),
                    JSONMember(key: "ratio", value: number(ratio)),
                ]
            }
            return JSON.object(members + conditions).orderedLine
        }
        try Files.writeAtomically(path: path, lines.flatMap { $0 })
    }

    private func number(_ value: Double) -> JSON { .number(Decimal.text(value, places: 5)) }
}
