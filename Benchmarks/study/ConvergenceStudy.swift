import CommandLineTool
import Encodings

/// How well each method learns for the bytes it sends, at equal tokens.
struct ConvergenceStudy: Study {
    /// A method under study.
    struct Method {
        let name: String
        let sections: JSON
        /// Who takes part and how often they meet.
        var meeting = Meeting.everyRound
        /// The settings it is studied in, of `settings`; all unless told otherwise.
        var settings = ConvergenceStudy.settings.indices
    }

    /// Who takes part and how often they meet.
    enum Meeting {
        /// All workers, after H steps.
        case everyRound
        /// All workers, after every step.
        case everyStep
        /// One worker with everybody's batches: what synchronous training computes.
        case alone
    }

    static let methods = [
        Method(
            name: "synchronous",
            sections: ["method": "diloco", "outer": ["name": "sgd", "rate": 1]], meeting: .alone),
        Method(name: "diloco", sections: ["method": "diloco"]),
        Method(
            name: "sparseloco",
            sections: ["method": "sparseloco", "codec": ["values": "sign"]]),
        Method(name: "radial", sections: ["method": "radial"], settings: 0..<1),
        Method(
            name: "muloco",
            sections: ["method": "muloco", "schedule": ["peak": .number("2.0e-2")]],
            settings: 0..<1),
        Method(
            name: "demo", sections: ["method": "demo", "schedule": ["peak": .number("1.0e-3")]],
            meeting: .everyStep, settings: 0..<1),
        Method(
            name: "distro",
            sections: ["method": "distro", "schedule": ["peak": .number("1.0e-3")]],
            meeting: .everyStep, settings: 0..<1),
    ]

    static let settings = [(4, 15), (4, 50), (8, 15), (8, 50)]
    static let seeds = [0, 1, 2]
    static let rounds = 100

    static func name(_ method: String, _ workers: Int, _ steps: Int, _ seed: Int) -> String {
        "\(method)-r\(workers)-h\(steps)-s\(seed)"
    }

    var jobs: [StudyJob] {
        Self.seeds.flatMap { seed in
            Self.settings.indices.flatMap { setting in
                Self.methods.filter { $0.settings.contains(setting) }.map { method in
                    job(method, Self.settings[setting].0, Self.settings[setting].1, seed)
                }
            }
        }
    }

    private func job(_ method: Method, _ workers: Int, _ steps: Int, _ seed: Int) -> StudyJob {
        let isAlone = method.meeting == .alone
        let meetings = method.meeting == .everyStep ? steps : 1
        return StudyJob(
            name: Self.name(method.name, workers, steps, seed), workers: isAlone ? 1 : workers,
            steps: steps / meetings, rounds: Self.rounds * meetings, batch: isAlone ? workers : 1,
            seed: seed, model: .million, sections: method.sections)
    }

    func report(_ results: StudyResults) throws { try ConvergenceReport(results).write() }
}
