import Aggregation
import Numerics
import Scoring
import Storage
import Testing

/// Updates that share a direction, each with noise of its own, and copies of them.
@Suite("Likeness")
struct LikenessTests {
    private static let length = 20_000

    /// A common direction plus as much noise.
    private static func honest(_ count: Int) -> [[Float]] {
        let common = CounterRandom(seed: 1)
        return (0..<count).map { worker in
            let own = CounterRandom(seed: 2, stream: UInt32(worker))
            return (0..<length).map { common.normal(at: UInt64($0)) + own.normal(at: UInt64($0)) }
        }
    }

    private static func adding(_ noise: Float, to update: [Float]) -> [Float] {
        let random = CounterRandom(seed: 3)
        return update.enumerated().map {
            $1 + noise * Float(2).squareRoot() * random.normal(at: UInt64($0))
        }
    }

    private static func products(_ updates: [[Float]]) -> InnerProducts {
        InnerProducts(
            updates.map { update in
                UpdateProjection(
                    CompressedUpdate(update, tensorSizes: [length]).decoded,
                    tensorSizes: [length], seed: Digest(hashing: [7]))
            })
    }

    @Test("is near 0 of honest pairs, whose cosines are near a half", arguments: [4, 5, 12])
    func honest(count: Int) throws {
        let products = Self.products(Self.honest(count))
        let likeness = Likeness(products, count: count)
        for row in 0..<count {
            for column in 0..<row {
                #expect(abs(products.cosine(row, column) - 0.5) < 0.05)
                #expect(abs(try #require(likeness[row, column])) < 0.1)
            }
        }
    }

    @Test("is 1 of a copy, and high under as much noise as update")
    func copies() throws {
        let updates = Self.honest(6)
        let exact = Likeness(Self.products(updates + [updates[2]]), count: 7)
        #expect(abs(try #require(exact[2, 6]) - 1) < 1e-9)
        let noisy = Self.products(updates + [Self.adding(1, to: updates[2])])
        #expect(abs(noisy.cosine(2, 6) - 0.707) < 0.03)
        let likeness = Likeness(noisy, count: 7)
        #expect(try #require(likeness[2, 6]) > 0.4)
        #expect(try #require(likeness[1, 6]) < 0.1)
    }

    @Test("is the same whatever the lengths")
    func lengths() throws {
        let updates = Self.honest(5)
        let scaled = updates.enumerated().map { number, update in
            update.map { $0 * Float(1 << number) }
        }
        let (plain, other) = (Self.products(updates), Self.products(scaled))
        let one = try #require(Likeness(plain, count: 5)[3, 1])
        #expect(abs(one - (try #require(Likeness(other, count: 5)[3, 1]))) < 1e-6)
    }

    @Test("finds a copy of an update of an earlier round")
    func earlier() throws {
        let updates = Self.honest(5)
        let products = Self.products(updates + [Self.adding(0.5, to: updates[4])])
        #expect(try #require(Likeness(products, count: 5)[4, 5]) > 0.6)
    }

    @Test("is unknown without two others")
    func few() {
        let products = Self.products(Self.honest(3))
        #expect(Likeness(products, count: 3)[0, 1] == nil)
    }

    @Test(
        "is moved by less than half of the others neither to hide a copy nor to make one",
        arguments: [0, 1, 3, 4])
    func opposed(strangers: Int) throws {
        let updates = Self.honest(9)
        let zero = [Float](repeating: 0, count: Self.length)
        for stranger in [updates[8].map { -$0 }, zero] {
            let round =
                Array(updates.prefix(8)) + [Self.adding(1, to: updates[2])]
                + (0..<strangers).map { _ in stranger }
            let likeness = Likeness(Self.products(round), count: round.count)
            #expect(try #require(likeness[2, 8]) > 0.3)
            for row in 0..<8 {
                for column in 0..<row {
                    #expect(try #require(likeness[row, column]) < 0.15)
                }
            }
        }
    }

    @Test("is unknown where most point apart, or one is the common direction alone")
    func untold() {
        let updates = Self.honest(4)
        let camps = updates + updates.map { update in update.map { -$0 } }
        #expect(Likeness(Self.products(camps), count: 8)[0, 1] == nil)
        let common = CounterRandom(seed: 1)
        let direction = (0..<Self.length).map { common.normal(at: UInt64($0)) }
        let likeness = Likeness(Self.products(updates + [direction]), count: 5)
        #expect(likeness[0, 4] == nil)
        #expect(likeness[0, 1] != nil)
    }
}

/// Updates in few numbers.
@Suite("Projections")
struct ProjectionTests {
    private static func project(_ update: SparseUpdate, seed: UInt8 = 1) -> UpdateProjection {
        UpdateProjection(update, tensorSizes: [1_000, 50_000], seed: Digest(hashing: [seed]))
    }

    private static func update(_ stream: UInt32) -> SparseUpdate {
        let random = CounterRandom(seed: 5, stream: stream)
        var tensors = [SparseTensor(), SparseTensor()]
        for index in 0..<1_000 where index % 3 == 0 {
            tensors[0].append(index, random.normal(at: UInt64(index)))
        }
        for index in stride(from: 0, to: 50_000, by: 7) {
            tensors[1].append(index, random.normal(at: UInt64(1_000 + index)))
        }
        return SparseUpdate(tensors: tensors)
    }

    @Test("keep lengths and angles to within their noise")
    func products() {
        let updates = (0..<4).map { Self.update(UInt32($0)) }
        let products = InnerProducts(updates.map { Self.project($0) })
        for (number, update) in updates.enumerated() {
            let norm = update.squares.reduce(0, +).squareRoot()
            #expect(abs(products.norm(number) / norm - 1) < 0.03)
            for other in 0..<number { #expect(abs(products.cosine(number, other)) < 0.06) }
        }
    }

    @Test("are another under another seed, and of another update")
    func digests() {
        let update = Self.update(0)
        var changed = update
        changed.tensors[1].values[5] = changed.tensors[1].values[5].nextUp
        let digests = [
            Self.project(update), Self.project(update, seed: 2), Self.project(changed),
        ].map(\.digest)
        #expect(Set(digests).count == 3)
        #expect(Self.project(update).digest == digests[0])
    }

    @Test("put an element where the word of its place says")
    func place() {
        var tensor = SparseTensor()
        tensor.append(3, 2.5)
        let projection = UpdateProjection(
            SparseUpdate(tensors: [SparseTensor(), tensor]), tensorSizes: [10, 10],
            seed: Digest(hashing: []))
        // SHA-256 of nothing begins e3b0c44298fc1c14.
        let word = CounterRandom(seed: 0xE3B0_C442_98FC_1C14).word(at: 13)
        #expect(projection.values[Int(word >> 18)] == (word & 1 == 0 ? 2.5 : -2.5))
        #expect(projection.values.count { $0 != 0 } == 1)
    }
}

/// Distances from the middle that outliers do not move.
@Suite("Robust scores")
struct RobustScoreTests {
    @Test("count median distances of 1.4826 from the median")
    func score() throws {
        let score = try #require(RobustScore([1, 2, 3, 4, 1000], least: 0))
        #expect(score.thousandths(3) == 0)
        #expect(score.thousandths(1000) == 672_467)
        #expect(score.thousandths(1) == -1349)
    }

    @Test("end at a thousand deviations, and need three numbers")
    func limits() throws {
        let score = try #require(RobustScore([1, 1, 1], least: 1e-3))
        #expect(score.thousandths(5) == 1_000_000)
        #expect(score.thousandths(-5) == -1_000_000)
        #expect(try #require(RobustScore([1, 1, 1], least: 0)).thousandths(5) == 0)
        #expect(RobustScore([1, 2], least: 0) == nil)
    }
}
