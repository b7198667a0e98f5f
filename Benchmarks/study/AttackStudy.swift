import Encodings

/// What attackers cost under each merge rule: eight workers, of whom none, one or two are dishonest.
struct AttackStudy: Study {
    /// A merge rule under study.
    struct Rule {
        let name: String
        let merge: JSON
    }

    static let rules = [
        Rule(name: "mean", merge: rule("mean v1", ["over": "senders"])),
        Rule(name: "agreement", merge: rule("agreement v1", guarded)),
        Rule(
            name: "centered-clipping",
            merge: rule("centered-clipping v1", guarded + ["iterations": 3])),
        Rule(
            name: "geometric-median",
            merge: rule("geometric-median v1", guarded + ["iterations": 8])
        ),
        Rule(
            name: "multi-krum", merge: rule("multi-krum v1", guarded + ["attackers": 2, "keep": 4])),
        Rule(name: "norm-clipping", merge: rule("median-norm-clipping v1", guarded)),
        Rule(name: "trimmed-mean", merge: rule("trimmed-mean v1", guarded + ["drop": 2])),
        Rule(name: "median", merge: rule("coordinate-median v1", guarded)),
        Rule(
            name: "bucketed-clipping",
            merge: rule("centered-clipping v1", guarded + ["iterations": 3, "bucket": 2])),
    ]

    /// Each tensor cut to the median norm, and elements that less than a quarter have sent cut down.
    private static let guarded: JSON = [
        "over": "senders", "least_share": .number("0.25"), "clip": 1,
    ]

    private static func rule(_ name: String, _ settings: JSON) -> JSON {
        ["rule": .string(name)] + settings
    }

    static let workers = 8
    static let steps = 15
    static let rounds = 30
    static let batch = 4
    static let most = 2

    static func name(_ rule: String, _ attack: Attack?, _ attackers: Int) -> String {
        guard let attack else { return "\(rule)-honest" }
        return "\(rule)-\(attack.rawValue)-f\(attackers)"
    }

    var jobs: [StudyJob] {
        Self.rules.flatMap { rule in
            [job(rule, nil, 0)]
                + Attack.allCases.flatMap { attack in
                    (1...Self.most).map { job(rule, attack, $0) }
                }
        }
    }

    private func job(_ rule: Rule, _ attack: Attack?, _ attackers: Int) -> StudyJob {
        StudyJob(
            name: Self.name(rule.name, attack, attackers), workers: Self.workers,
            steps: Self.steps, rounds: Self.rounds, batch: Self.batch, seed: 0, model: .small,
            sections: [
                "method": "sparseloco", "codec": ["values": "sign"], "merge": rule.merge,
                "outer": ["name": "sgd", "rate": .number("0.5")],
            ], attack: attack, attackers: attackers)
    }

    func report(_ results: StudyResults) throws { try AttackReport(results).write() }
}

extension JSON {
    /// The members of two objects.
    fileprivate static func + (left: JSON, right: JSON) -> JSON {
        .object((left.object ?? []) + (right.object ?? []))
    }
}
