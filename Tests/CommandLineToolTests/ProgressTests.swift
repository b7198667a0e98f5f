import CommandLineTool
import Testing

@Suite("Progress") struct ProgressTests {
    @Test(
        "knows a speed once something is done",
        arguments: [
            (0, 5.0, nil), (1, 0.0, nil), (3, 2.0, "1.50"), (2_468, 100.0, "24.7"),
            (50_000, 4.0, "12500"),
        ])
    func rate(done: Int, seconds: Double, text: String?) {
        #expect(Progress.rate(done: done, after: seconds) == text)
    }

    @Test("leaves the time that the rest takes at the speed so far")
    func timeLeft() {
        #expect(Progress.timeLeft(done: 25, of: 100, after: 60)?.seconds == 180)
        #expect(Progress.timeLeft(done: 0, of: 100, after: 60) == nil)
        #expect(Progress.timeLeft(done: 100, of: 100, after: 60)?.seconds == 0)
    }
}
