import CommandLineTool
import Encodings
import Storage

/// The table and records of a study of attacks: by how much the final loss is higher than without
/// attackers under the plain mean.
struct AttackReport {
    private let results: StudyResults

    init(_ results: StudyResults) { self.results = results }

    /// Prints the table; writes `attacks.ndjson` beside the results.
    func write() throws {
        guard let reference = try loss("mean", nil, 0) else {
            return print("the run of the plain mean without attackers has not been made")
        }
        print(
            "final loss of the plain mean without attackers: \(Decimal.text(reference, places: 4)) nats/token"
        )
        print("tax in % of it, by rule and by number of attackers of \(AttackStudy.workers)\n")
        let names = AttackStudy.rules.map(\.name)
        print(pad("", 17) + names.map { pad($0, max(17, $0.utf8.count + 2)) }.joined())
        print(try line("none", names, reference) { rule in [try self.loss(rule, nil, 0)] })
        for attack in Attack.allCases {
            print(
                try line(attack.rawValue, names, reference) { rule in
                    try (1...AttackStudy.most).map { try self.loss(rule, attack, $0) }
                })
        }
        let folder = Files.directory(of: results.directory)
        try Files.writeAtomically(
            path: Files.join(folder, "attacks.ndjson"),
            try records(reference).flatMap { $0.orderedLine })
    }

    private func loss(_ rule: String, _ attack: Attack?, _ attackers: Int) throws -> Double? {
        try results.curve(AttackStudy.name(rule, attack, attackers))?.last?.loss
    }

    private func line(
        _ title: String, _ rules: [String], _ reference: Double,
        _ losses: (String) throws -> [Double?]
    ) throws -> String {
        let cells = try rules.map { rule in
            let taxes = try losses(rule).map { loss in
                loss.map { tax($0, reference) } ?? "-"
            }
            return pad(taxes.joined(separator: " / "), max(17, rule.utf8.count + 2))
        }
        return title + String(repeating: " ", count: max(1, 17 - title.utf8.count)) + cells.joined()
    }

    /// How much higher a loss is, in percent; a run that came to no number has failed.
    private func tax(_ loss: Double, _ reference: Double) -> String {
        loss.isFinite ? Decimal.text(100 * (loss / reference - 1), places: 1) : "failed"
    }

    private func records(_ reference: Double) throws -> [JSON] {
        try AttackStudy.rules.flatMap { rule in
            try Attack.allCases.flatMap { attack in
                try (1...AttackStudy.most).compactMap { attackers -> JSON? in
                    guard let loss = try loss(rule.name, attack, attackers), loss.isFinite,
                        let mean = try self.loss("mean", attack, attackers), mean.isFinite
                    else { return nil }
                    return [
                        "name": .string(
                            "attack-tax-" + AttackStudy.name(rule.name, attack, attackers)),
                        "value": .number("\(100 * (loss / reference - 1))"), "unit": "%",
                        "peer": "mean", "peer_value": .number("\(100 * (mean / reference - 1))"),
                        "ratio": .number("\(mean / loss)"),
                    ]
                }
            }
        }
    }
}
