import Encodings

/// What attackers cost under each merge rule: eight workers, of whom none, one or two are dishonest.
struct AttackStudy: Study {
    /// A merge rule under study.
    struct Rule {
        let name: String
        let merge: JSON
    }

    static let rules = [
        Rule(name: "mean", merge: ["rule": "weighted-mean v1"])
    ]

    static let workers = 8
    static let steps = 15
    static let rounds = 30
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
            steps: Self.steps, rounds: Self.rounds, batch: 1, seed: 0,
            sections: ["method": "sparseloco", "merge": rule.merge], attack: attack,
            attackers: attackers)
    }

    func report(_ results: StudyResults) throws { try AttackReport(results).write() }
}
