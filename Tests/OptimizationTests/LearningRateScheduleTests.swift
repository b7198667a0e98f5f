import Foundation
import Optimization
import Testing

@Suite struct LearningRateScheduleTests {
    @Test("a constant rate is constant")
    func constant() {
        let schedule = LearningRateSchedule(.constant, peak: 0.003, totalSteps: 10)
        #expect([0, 5, 9, 100].allSatisfy { schedule.rate(at: $0) == 0.003 })
    }

    @Test("the warm-up's first step moves, its last is the peak")
    func warmup() {
        let schedule = LearningRateSchedule(.cosine, peak: 1, warmupSteps: 4, totalSteps: 20)
        #expect((0..<5).map { schedule.rate(at: $0) } == [0.25, 0.5, 0.75, 1, 1])
    }

    @Test("a line ends at the final fraction and stays there")
    func linear() {
        let schedule = LearningRateSchedule(
            .linear, peak: 2, warmupSteps: 0, totalSteps: 8, finalFraction: 0.5)
        #expect([0, 4, 8, 9].map { schedule.rate(at: $0) } == [2, 1.5, 1, 1])
    }

    @Test("half a cosine leads from the peak to the final fraction")
    func cosine() {
        let schedule = LearningRateSchedule(
            .cosine, peak: 3e-4, warmupSteps: 10, totalSteps: 110, finalFraction: 0.1)
        for step in 10...110 {
            let weight = 0.5 * (1 + cos(Double.pi * Double(step - 10) / 100))
            let expected = Float(3e-4 * (0.1 + 0.9 * weight))
            #expect(abs(schedule.rate(at: step) - expected) <= expected.ulp)
        }
    }

    @Test("warm-up, stable, decay")
    func warmupStableDecay() {
        let schedule = LearningRateSchedule(
            .warmupStableDecay(decaySteps: 4), peak: 1, warmupSteps: 2, totalSteps: 10)
        #expect(
            (0...11).map { schedule.rate(at: $0) }
                == [0.5, 1, 1, 1, 1, 1, 1, 0.75, 0.5, 0.25, 0, 0])
    }

    @Test("a run shorter than its warm-up only warms up")
    func short() {
        let schedule = LearningRateSchedule(.linear, peak: 1, warmupSteps: 8, totalSteps: 4)
        #expect((0..<4).map { schedule.rate(at: $0) } == [0.125, 0.25, 0.375, 0.5])
        #expect(schedule.rate(at: 8) == 0)
    }

    @Test("after the warm-up, rates are those of transformers, and one step ahead during it")
    func transformers() throws {
        let file = URL(filePath: #filePath).deletingLastPathComponent()
            .appending(path: "../Vectors/learning-rates.txt")
        let lines = try String(contentsOf: file, encoding: .utf8).split(separator: "\n")
            .filter { !$0.hasPrefix("#") }
        #expect(lines.count == 8)
        for line in lines {
            let words = line.split(separator: " ")
            let numbers = words.dropFirst().compactMap { Double($0) }
            let (warmup, total, decay) = (Int(numbers[0]), Int(numbers[1]), Int(numbers[2]))
            let shapes: [Substring: LearningRateSchedule.Shape] = [
                "constant": .constant, "linear": .linear, "cosine": .cosine,
                "warmup-stable-decay": .warmupStableDecay(decaySteps: decay),
            ]
            let schedule = LearningRateSchedule(
                try #require(shapes[words[0]]), peak: 1, warmupSteps: warmup, totalSteps: total,
                finalFraction: numbers[3])
            let rates = numbers.dropFirst(4)
            try #require(rates.count == total + 2)
            // With a final fraction, its warm-up to a stable rate starts from that fraction.
            let warmsUpFromZero = rates.first == 0
            for step in (warmsUpFromZero ? 0 : warmup)..<total {
                let expected = rates[rates.startIndex + (step < warmup ? step + 1 : step)]
                let found = Double(schedule.rate(at: step))
                #expect(abs(found - expected) < 1e-7, "\(words.prefix(5)), step \(step)")
            }
        }
    }
}
