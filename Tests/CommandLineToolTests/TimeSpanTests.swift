import CommandLineTool
import Testing

@Suite("Spans of time") struct TimeSpanTests {
    @Test(
        "are numbers with units, the greater first",
        arguments: [
            ("90s", 90), ("50m", 3_000), ("2h", 7_200), ("1h30m", 5_400), ("1d2h3m4s", 93_784),
            ("0h5m", 300), ("366d", 31_622_400),
        ])
    func read(text: String, seconds: Int) {
        #expect(TimeSpan(argument: text)?.seconds == seconds)
    }

    @Test(
        "are nothing else",
        arguments: [
            "", "90", "s", "0s", "-5m", "1.5h", "30m1h", "1m1m", "5 m", "5M", "1h30", "m5", "367d",
            "99999999999999999999s", "٣m",
        ])
    func refused(text: String) {
        #expect(TimeSpan(argument: text) == nil)
    }

    @Test(
        "print in their two greatest units",
        arguments: [
            (0, "0s"), (59, "59s"), (60, "1m"), (61, "1m1s"), (3_600, "1h"), (3_725, "1h2m"),
            (86_400, "1d"), (90_000, "1d1h"), (86_460, "1d"),
        ])
    func print(seconds: Int, text: String) {
        #expect(TimeSpan(seconds: seconds).description == text)
    }
}

@Suite("A clock of work") struct WorkClockTests {
    @Test("without a deadline leaves time for everything")
    func noDeadline() {
        var clock = WorkClock(deadline: nil)
        clock.note(.step, since: Progress.seconds() - 1e6)
        #expect(clock.leavesTime(for: .step, .save))
    }

    @Test("leaves room for the longest of each kind so far")
    func longest() {
        var clock = WorkClock(deadline: TimeSpan(seconds: 100))
        #expect(!clock.knows(.step))
        #expect(clock.leavesTime(for: .step, .save))
        clock.note(.step, since: Progress.seconds() - 60)
        clock.note(.step, since: Progress.seconds() - 1)
        #expect(clock.knows(.step))
        #expect(clock.leavesTime(for: .step, .save))
        clock.note(.save, since: Progress.seconds() - 40)
        #expect(!clock.leavesTime(for: .step, .save))
        #expect(clock.leavesTime(for: .save))
    }
}
