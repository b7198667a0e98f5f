import Foundation
import Testing

/// Memory changes what is computed twice, never what comes out.
@Suite("nous-train run --memory")
struct MemoryCommandTests {
    /// Steps of 512 sequences of a model wider than `SmallRun`'s, so that activations are most of
    /// what a program takes.
    private static let wideRun = """
        sed -i 's/hidden_size: 16/hidden_size: 192/; s/intermediate_size: 24/intermediate_size: 512/
          s/num_hidden_layers: 2/num_hidden_layers: 6/; s/head_dim: 4/head_dim: 48/
          s/batches: 12, batch: 4/batches: 3, batch: 256/' run.yaml
        run=$(sha256sum run.yaml | cut -c-64)
        sed -i "s/\\"run\\":\\"[0-9a-f]*\\"/\\"run\\":\\"$run\\"/" roster.json
        nous-shard assign --run run.yaml --data data --roster roster.json > assignments
        rm -r states base; nous-train init --run run.yaml --tokenizer tokenizer.json -o base
        """

    /// MiB after a word of a line that begins with `memory: `.
    private static func mebibytes(_ word: String, in lines: [String]) throws -> Int {
        let words = lines.filter { $0.hasPrefix("memory: ") }.flatMap { $0.split(separator: " ") }
        let place = try #require(words.firstIndex { $0 == word })
        return try #require(Int(words[place + 1]))
    }

    @Test("stays near its plan, and gives the same bytes whatever it has to compute twice")
    func budgets() throws {
        let transcript = try SmallRun.copy()
        defer { transcript.remove() }
        #expect(try transcript.run("set -e; \(Self.wideRun)") == "")
        let plenty = try transcript.execute("\(SmallRun.train) --memory 4GiB -o plenty")
        #expect(plenty.status == 0)
        let most = try Self.mebibytes("planned", in: plenty.errors)
        #expect(!plenty.errors.contains { $0.contains("computed twice") })
        let refused = try transcript.execute("\(SmallRun.train) --memory 20MiB -o refused")
        #expect(refused.status == 69)
        #expect(
            refused.errors.first?.hasPrefix(
                "nous-train: error: cannot train in 20 MiB of memory: it takes at least ") == true)
        let least = try #require(
            refused.errors.last?.split(separator: " ").compactMap { word in
                word.hasSuffix("MiB") ? Int(word.dropLast(3)) : nil
            }.first)
        #expect(least < most / 2)
        for (budget, options) in [
            (most, ""), ((least + most) / 2, ""), (least, ""), (least + 40, "--micro-batch 16"),
        ] {
            let name = "of-\(budget)-\(options.count)"
            let result = try transcript.execute(
                "\(SmallRun.train) --memory \(budget)MiB \(options) -o \(name)")
            guard result.status == 0 else {
                Issue.record("\(budget) MiB \(options): \(result.errors)")
                continue
            }
            let planned = try Self.mebibytes("planned", in: result.errors)
            let peak = try Self.mebibytes("peak", in: result.errors)
            #expect(planned <= budget)
            // A tenth, and 8 MiB of what the system counts differently from start to start.
            #expect(abs(peak - planned) <= planned / 10 + 8, "\(result.errors)")
            #expect(try transcript.run("cmp \(name) plenty") == "")
        }
    }

    @Test("computes layers twice where memory is short")
    func recomputation() throws {
        let transcript = try SmallRun.copy()
        defer { transcript.remove() }
        #expect(try transcript.run("set -e; \(Self.wideRun)") == "")
        let whole = try transcript.execute(
            "\(SmallRun.train) --memory 4GiB --micro-batch 128 -o whole")
        let most = try Self.mebibytes("planned", in: whole.errors)
        let result = try transcript.execute(
            "\(SmallRun.train) --memory \(most - 40)MiB --micro-batch 128 -o recomputed")
        #expect(result.status == 0)
        #expect(result.errors.first?.contains("layers computed twice") == true)
        #expect(try transcript.run("cmp whole recomputed") == "")
    }

    @Test("refuses what is no size", arguments: ["0", "2 furlongs", "-1", "1.GiB", "9999999TiB"])
    func sizes(text: String) throws {
        let transcript = try SmallRun.copy()
        defer { transcript.remove() }
        let result = try transcript.execute("\(SmallRun.train) --memory='\(text)' -o x")
        #expect(result.status == 64)
    }
}
