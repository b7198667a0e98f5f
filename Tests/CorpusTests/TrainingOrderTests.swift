import Corpus
import Encodings
import Storage
import Testing

@Suite("The order of training")
struct TrainingOrderTests {
    private func permutation(_ count: UInt64, key: String = "key") -> KeyedPermutation {
        KeyedPermutation(count: count, key: Digest(hashing: Array(key.utf8)))
    }

    @Test("is that of the protocol's vectors")
    func vectors() throws {
        let cases = try #require(JSON(parsing: CorpusFixtures.vector("order.json")).array)
        for example in cases {
            var fields = try JSONFields(example, of: "case")
            let order = TrainingOrder(
                dataRoot: try fields.digest("data"),
                sequenceCount: UInt64(try fields.integer("rows", in: 1...Int64.max)),
                seed: UInt64(try fields.integer("seed", in: 0...Int64.max)))
            let epoch = UInt64(try fields.integer("epoch", in: 0...Int64.max))
            let positions = try fields.array("positions").compactMap(\.integer).map(UInt64.init)
            let expected = try fields.array("expected").compactMap(\.integer).map(UInt64.init)
            try fields.finish()
            let permutation = order.permutation(ofEpoch: epoch)
            #expect(positions.map(permutation.element(at:)) == expected)
            #expect(expected.map(permutation.position(of:)) == positions)
        }
    }

    @Test(
        "is a permutation, and its inverse undoes it",
        arguments: [
            1, 2, 3, 16, 100, 255, 256, 257, 1000, 1023, 1024, 1025, 4096, 5000,
        ] as [UInt64])
    func bijection(_ count: UInt64) {
        let permutation = permutation(count)
        let elements = (0..<count).map(permutation.element(at:))
        #expect(Set(elements) == Set(0..<count))
        #expect(elements.map(permutation.position(of:)) == Array(0..<count))
    }

    @Test("differs from key to key and reaches every order of three")
    func keys() {
        let orders = Set(
            (0..<200).map { key in
                let permutation = permutation(3, key: "\(key)")
                return (0..<3).map { permutation.element(at: $0) }
            })
        #expect(orders.count == 6)
        #expect(
            (0..<20).map(permutation(1000, key: "a").element(at:))
                != (0..<20).map(permutation(1000, key: "b").element(at:)))
    }

    @Test("goes on from epoch to epoch, each complete")
    func epochs() {
        let order = TrainingOrder(
            dataRoot: Digest(hashing: []), sequenceCount: 10, seed: 3)
        let whole = order.sequences(at: 0..<30)
        for epoch in 0..<3 {
            #expect(Set(whole[epoch * 10..<epoch * 10 + 10]) == Set(0..<10))
        }
        #expect(order.sequences(at: 7..<23) == Array(whole[7..<23]))
        #expect(order.position(of: whole[17], inEpoch: 1) == 17)
    }

    @Test("is even: each place holds each row about as often")
    func uniformity() {
        // 300 keys over 400 rows: the first place falls into four quarters, 75 times each.
        var quarters = [0, 0, 0, 0]
        for key in 0..<300 {
            quarters[Int(permutation(400, key: "\(key)").element(at: 0) / 100)] += 1
        }
        #expect(quarters.allSatisfy { (45...105).contains($0) }, "\(quarters)")
    }
}
