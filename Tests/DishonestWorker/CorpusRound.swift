import Artifacts
import Corpus
import Encodings
import Foundation
import Identity
import Rounds
import SampleRound
import Storage
import Training

/// The third round of a sample run, with what its workers did in the first two.
struct CorpusRound {
    /// The round that is judged.
    let round: SampleRound
    /// The rounds before it, earliest first.
    let earlier: [SampleRound]
    /// The workers' states after each of those.
    let states: [[WorkerState]]

    private let runFile: [UInt8]
    private let isInVerses: Bool

    /// The round of a run that differs from the sample run, on its text or on rows of verses.
    init(_ changes: [String: JSON?] = [:], inVerses: Bool = false) throws {
        runFile = SampleRun.json(changes).canonicalBytes()
        isInVerses = inVerses
        var round = SampleRound.sample(
            changes, corpus: inVerses ? SampleCorpus.verses : SampleCorpus.corpus)
        var earlier: [SampleRound] = []
        var states: [[WorkerState]] = []
        for _ in 1...2 {
            let before = states.last
            states.append(
                try SampleRound.keys.indices.map { worker in
                    try round.train(worker: worker, state: before?[worker]).state
                })
            earlier.append(round)
            round = round.next()
        }
        self.round = round
        self.earlier = earlier
        self.states = states
    }

    /// The state that a worker begins the judged round from.
    func state(of worker: Int) -> WorkerState { states[1][worker] }

    /// The digest of a state.
    func digest(_ state: WorkerState) -> Digest {
        state.artifact(layout: round.base.layout).digest
    }

    /// What a worker honestly trains on from.
    func inputs(worker: Int = 0) -> LocalRound.Inputs {
        round.inputs(worker: worker, state: state(of: worker))
    }

    /// A worker's honest work, and the state it ends with.
    func honest(worker: Int = 0) throws -> (contribution: Contribution, state: WorkerState) {
        try round.train(worker: worker, state: state(of: worker))
    }

    /// A contribution as the bundle that a worker signs.
    func signed(_ contribution: Contribution, by worker: Int = 0) -> Artifact {
        round.artifact(contribution, signedBy: worker)
    }

    /// Writes everything a judge of the round needs into an empty directory.
    func write(to directory: String) throws {
        let layout = round.base.layout
        func write(_ bytes: [UInt8], _ path: String) throws {
            try CorpusRound.write(bytes, to: Files.join(directory, path))
        }
        try write(runFile, "run.yaml")
        try write(round.base.artifact.fileBytes(), "base.tar.zst")
        SampleCorpus.write(to: Files.join(directory, "data"), inVerses: isInVerses)
        try write(round.roster.json.orderedLine, "roster.json")
        let verifier = SigningKey(seed: [UInt8](repeating: 9, count: 32))
        try write(verifier.solanaJSON, "verifier.json")
        try Files.makeDirectory(Files.join(directory, "judged"))
        for (worker, state) in states[1].enumerated() {
            let path = "judged/\(SampleRound.keys[worker].publicKey)"
            try Files.makeDirectory(Files.join(directory, path))
            try write(state.artifact(layout: layout).fileBytes(), "\(path)/00000002.tar.zst")
        }
    }

    /// Writes a file that nobody misses if the machine stops.
    static func write(_ bytes: [UInt8], to path: String) throws {
        try Data(bytes).write(to: URL(filePath: path))
    }
}
