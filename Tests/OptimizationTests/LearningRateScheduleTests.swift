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
}
