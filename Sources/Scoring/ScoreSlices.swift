package import Corpus
import LanguageModel
package import Storage
import Training

/// Which sequences the loss of a contribution is measured on.
package struct ScoreSlices: Sendable {
    /// Rows by which a sequence is found.
    struct Row: Hashable {
        let isPrivate: Bool
        let split: Split
        let index: Int
    }

    private let corpus: TokenizedCorpus
    private let heldBack: (corpus: TokenizedCorpus, split: Split)
    private let assignments: [Assignment]
    private let seed: Digest
    private let size: Int
    /// The sequences that nobody but the verifier knows, the same for all contributions.
    let held: [Row]

    /// Slices of at most `size` sequences: public ones by `seed`, the private one by `secret` from
    /// `privateText`, or from the rows held out if there is none.
    package init(
        _ corpus: TokenizedCorpus, assignments: [Assignment], seed: Digest, size: Int,
        secret: Digest, privateText: TokenizedCorpus?
    ) {
        self.corpus = corpus
        self.assignments = assignments
        self.seed = seed
        self.size = size
        heldBack = privateText.map { ($0, .train) } ?? (corpus, .heldOut)
        let split = heldBack.split
        let count = split == .train ? heldBack.corpus.sequenceCount : corpus.heldOutCount
        var draws = PublicDraws(
            rule: "nous-tools private slice v1", seed: secret, round: 0, subject: secret)
        held = draws.next(min(size, count), of: count).map {
            Row(isPrivate: privateText != nil, split: split, index: $0)
        }
    }

    /// Some of the sequences of an assignment.
    func assigned(_ own: Assignment) -> [Row] {
        rows(drawn("nous-tools assigned slice v1", own, from: own.sequences))
    }

    /// Some that others of the round train on, which are as new to the model as the worker's own; of
    /// a worker who is alone, some of the corpus that are not its own.
    func random(_ own: Assignment) -> [Row] {
        let others = assignments.filter { $0.worker != own.worker }.flatMap(\.sequences)
        guard others.isEmpty else {
            return rows(drawn("nous-tools random slice v1", own, from: others))
        }
        var draws = PublicDraws(
            rule: "nous-tools random slice v1", seed: seed, round: own.round,
            subject: own.digest)
        let mine = Set(own.sequences)
        let count = corpus.sequenceCount
        return rows(
            draws.next(min(size, count), of: count).map { UInt64($0) }.filter {
                !mine.contains($0)
            })
    }

    private func drawn(_ rule: String, _ own: Assignment, from pool: [UInt64]) -> [UInt64] {
        var draws = PublicDraws(rule: rule, seed: seed, round: own.round, subject: own.digest)
        return draws.next(min(size, pool.count), of: pool.count).map { pool[$0] }
    }

    private func rows(_ indices: [UInt64]) -> [Row] {
        indices.map { Row(isPrivate: false, split: .train, index: Int($0)) }
    }

    /// The tokens of a row.
    func sequence(_ row: Row) -> TokenSequence {
        (row.isPrivate ? heldBack.corpus : corpus).tokenSequence(row.index, of: row.split)
    }
}
