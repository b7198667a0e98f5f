import Aggregation
import CommandLineTool
import Corpus
import Encodings
import LanguageModel
import Numerics
import Rounds
import Scoring
import Storage

/// How alike honest updates of one round are, and how alike a copy and its original, with noise.
///
/// Of every setting 21 workers make 210 honest pairs, and every update is copied ten times at every
/// noise. Noise is in the norm of the update it is added to: on all elements before the copy is
/// encoded, or on those that were sent.
struct CopyStudy {
    static let workers = 21
    static let copies = 10
    static let lengths = [15, 50, 100]
    static let noises: [Float] = [0, 0.25, 0.5, 1, 1.5, 2]
    /// Rounds before the one that is looked at.
    static let earlier = 2
    /// The likeness from which on a pair is taken for a copy.
    static let limit = 0.2

    private struct Setting {
        let name: String
        let sections: JSON
        let isSparse: Bool
    }

    private static let settings = [
        Setting(
            name: "float32", sections: ["method": "diloco", "codec": ["values": "float32"]],
            isSparse: false),
        Setting(
            name: "sign",
            sections: [
                "method": "sparseloco", "codec": ["values": "sign"],
                "outer": ["name": "sgd", "rate": .number("0.5")],
            ], isSparse: true),
    ]

    let corpus: TokenizedCorpus
    /// The seed of the weights and of the order of the data.
    let seed: Int

    /// Prints two tables a setting: honest pairs, and copies.
    func run() throws {
        for setting in Self.settings {
            for length in Self.lengths { try measure(setting, length) }
        }
    }

    private func measure(_ setting: Setting, _ length: Int) throws {
        var run = try StudyRun(
            StudyJob(
                name: setting.name, workers: Self.workers, steps: length,
                rounds: Self.earlier + 1, batch: 4, seed: seed, model: .small,
                sections: setting.sections), corpus: corpus, shuffled: nil)
        for _ in 0..<Self.earlier { try run.merge(run.work()) }
        let contributions = try run.work()
        let updates = contributions.map { run.decoded($0) }
        let projector = Projector(sizes: run.base.layout.tensors.map(\.range.count))
        let gallery = Gallery(updates.map(projector.project))
        print("\n\(setting.name), H = \(length): least, middle and most of all pairs\n")
        table("honest", Gallery.columns, [("", gallery.figures)])
        let places = setting.isSparse ? [false, true] : [false]
        var rows: [(String, [[Double]])] = []
        for isInPlace in places {
            for noise in Self.noises {
                var found = Found()
                for worker in 0..<Self.workers {
                    let made = (0..<Self.copies).map { copy in
                        let random = CounterRandom(
                            seed: UInt64(worker), stream: UInt32(copy + 1))
                        let update = noisy(updates[worker], noise, isInPlace, random)
                        return projector.project(
                            run.decoded(run.replacing(contributions[worker], by: update)))
                    }
                    found.add(made, of: worker, in: gallery)
                }
                rows.append(("\(noise) on \(isInPlace ? "sent" : "all")", found.figures))
            }
        }
        table("copies", Found.columns, rows)
    }

    /// Prints a row of figures after the other: their spread, and how many count as copies.
    private func table(
        _ title: String, _ columns: [String], _ rows: [(name: String, figures: [[Double]])]
    ) {
        print(pad(title, 14) + columns.map { pad($0, 22) }.joined() + "from \(Self.limit) on")
        for row in rows {
            let spreads = row.figures.map { values in
                let sorted = values.sorted()
                return [sorted[0], sorted[sorted.count / 2], sorted[sorted.count - 1]]
                    .map { Decimal.text($0, places: 3) }.joined(separator: " ")
            }
            let likenesses = row.figures.dropFirst().flatMap { $0 }
            let share = likenesses.count { $0 >= Self.limit }
            print(
                pad(row.name, 14) + spreads.map { pad($0, 22) }.joined()
                    + "\(share) of \(likenesses.count)")
        }
        print("")
    }

    private func pad(_ text: String, _ width: Int) -> String {
        text + String(repeating: " ", count: max(1, width - text.count))
    }

    private func noisy(
        _ update: [Float], _ noise: Float, _ isInPlace: Bool, _ random: CounterRandom
    ) -> [Float] {
        guard noise > 0 else { return update }
        let normals = update.indices.map { index in
            isInPlace && update[index] == 0 ? 0 : random.normal(at: UInt64(index))
        }
        let scale = noise * norm(update) / norm(normals)
        return zip(update, normals).map { $0 + scale * $1 }
    }

    private func norm(_ vector: [Float]) -> Float {
        Float(vector.reduce(0.0) { $0 + Double($1) * Double($1) }.squareRoot())
    }
}

/// Projects updates of a model.
private struct Projector {
    let sizes: [Int]

    func project(_ update: [Float]) -> UpdateProjection {
        UpdateProjection(
            CompressedUpdate(update, tensorSizes: sizes).decoded, tensorSizes: sizes,
            seed: Digest(hashing: []))
    }
}

/// The honest updates of a round and their products.
private struct Gallery {
    let honest: [UpdateProjection]
    let products: InnerProducts

    init(_ honest: [UpdateProjection]) {
        self.honest = honest
        products = InnerProducts(honest)
    }

    /// What the figures are of.
    static let columns = ["cosine", "likeness of 21", "likeness of 4"]

    /// The cosines of all pairs and their likenesses, in rounds of all and of four.
    var figures: [[Double]] {
        let likeness = Likeness(products, count: honest.count)
        return [pairs { products.cosine($0, $1) }, pairs { likeness[$0, $1] }, pairsOfFour()]
    }

    /// A figure of every pair.
    private func pairs(_ figure: (Int, Int) -> Double?) -> [Double] {
        honest.indices.flatMap { row in (0..<row).compactMap { figure(row, $0) } }
    }

    /// The likeness of every pair in a round with the next two.
    private func pairsOfFour() -> [Double] {
        pairs { row, column in
            let others = (1...4).map { (row + $0) % honest.count }.filter { $0 != column }
            return Likeness(chosen([row, column] + others.prefix(2), and: []), count: 4)[0, 1]
        }
    }

    /// The products of some of the updates and some copies.
    func chosen(_ some: [Int], and copies: [UpdateProjection]) -> InnerProducts {
        let added = copies.map { copy in some.map { copy.product(honest[$0]) } }
        var rows = some.indices.map { row in
            some.map { products[some[row], $0] } + added.map { $0[row] }
        }
        for (copy, row) in zip(copies, added) { rows.append(row + copies.map { copy.product($0) }) }
        return InnerProducts(rows: rows)
    }
}

/// How alike copies and originals are.
private struct Found {
    var cosines: [Double] = []
    var amongAll: [Double] = []
    var amongFew: [Double] = []
    var cliques: [Double] = []

    /// What the figures are of: likenesses beside all others and beside four, and of five copies of
    /// one among sixteen.
    static let columns = ["cosine", "likeness of 22", "likeness of 5", "one of five of 16"]

    /// The cosines of copies with their originals, and their likenesses.
    var figures: [[Double]] { [cosines, amongAll, amongFew, cliques] }

    mutating func add(_ copies: [UpdateProjection], of worker: Int, in gallery: Gallery) {
        let others = gallery.honest.indices.map { (worker + 1 + $0) % gallery.honest.count }
            .filter { $0 != worker }
        for copy in copies {
            let all = gallery.chosen([worker] + others, and: [copy])
            cosines.append(all.cosine(0, others.count + 1))
            amongAll += [Likeness(all, count: all.count)[0, all.count - 1]].compactMap { $0 }
            let few = gallery.chosen([worker] + others.prefix(3), and: [copy])
            amongFew += [Likeness(few, count: few.count)[0, few.count - 1]].compactMap { $0 }
        }
        // The original, ten others and five copies: each copy by what it is most like.
        let clique = gallery.chosen([worker] + others.prefix(10), and: Array(copies.prefix(5)))
        let likeness = Likeness(clique, count: clique.count)
        for copy in 11..<clique.count {
            let alike = (0..<clique.count).filter { $0 != copy }.compactMap { likeness[$0, copy] }
            cliques += [alike.max()].compactMap { $0 }
        }
    }
}
