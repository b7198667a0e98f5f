import Encodings
import Foundation
import FuzzParsers
import Numerics
import Testing

/// One at a time, since some parsers read files.
@Suite("Parsers that are fuzzed", .serialized) struct FuzzedParserTests {
    @Test("take what they should", arguments: FuzzedParser.all.map(\.name))
    func seeds(name: String) throws {
        let parser = try #require(FuzzedParser.all.first { $0.name == name })
        let seeds = parser.seeds()
        #expect(!seeds.isEmpty)
        for (number, seed) in seeds.enumerated() {
            #expect(parser.refusal(of: seed) == nil, "seed \(number)")
        }
    }

    @Test("survive every input that once was too much", arguments: FuzzedParser.all.map(\.name))
    func keptInputs(name: String) throws {
        let parser = try #require(FuzzedParser.all.first { $0.name == name })
        let directory = URL(filePath: #filePath).deletingLastPathComponent()
            .deletingLastPathComponent().appending(path: "Fuzz/Inputs/\(name)")
        let files = try? FileManager.default.contentsOfDirectory(atPath: directory.path)
        for file in files ?? [] {
            _ = parser.refusal(of: [UInt8](try Data(contentsOf: directory.appending(path: file))))
        }
    }

    @Test("survive changes at random", arguments: FuzzedParser.all.map(\.name))
    func changes(name: String) throws {
        let parser = try #require(FuzzedParser.all.first { $0.name == name })
        let random = CounterRandom(seed: 6)
        var next: UInt64 = 0
        func draw(_ limit: Int) -> Int {
            defer { next += 2 }
            return Int(random.integer(below: UInt64(limit), at: next))
        }
        for seed in parser.seeds().prefix(8) {
            for _ in 0..<100 {
                var bytes = seed
                for _ in 0...draw(3) where !bytes.isEmpty {
                    let place = draw(bytes.count)
                    switch draw(4) {
                    case 0: bytes[place] ^= UInt8(1 << draw(8))
                    case 1: bytes[place] = UInt8(draw(256))
                    case 2: bytes.removeSubrange(place..<min(bytes.count, place + 1 + draw(8)))
                    default: bytes.insert(contentsOf: seed.prefix(draw(16)), at: place)
                    }
                }
                _ = parser.refusal(of: bytes)
            }
        }
    }
}
