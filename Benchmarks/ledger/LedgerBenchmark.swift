import Encodings
import Foundation
import Glibc
import Identity
import Settlement
import Storage
import TransparencyLog

/// How fast a ledger is written, audited, settled and proved: `bench-ledger ENTRIES DIRECTORY OUTPUT`.
///
/// Signed entries of 16 authors are appended in batches; rates stand beside that of the signature
/// library's own verification on one core, measured before and after. A table goes to standard
/// output, one JSON object a row to OUTPUT.
@main
struct LedgerBenchmark {
    private static let batch = 125_000
    private var rows: [String] = []

    static func main() throws {
        let arguments = CommandLine.arguments
        guard arguments.count == 4, let count = Int(arguments[1]), count > 1 else {
            fatalError("usage: bench-ledger ENTRIES DIRECTORY OUTPUT")
        }
        var benchmark = LedgerBenchmark()
        try benchmark.run(count, arguments[2])
        try Files.writeAtomically(path: arguments[3], Array(benchmark.rows.joined().utf8))
    }

    private mutating func run(_ count: Int, _ directory: String) throws {
        try? Files.removeTree(directory)
        let sample = LedgerSample()
        let log = LogDirectory(directory)
        try log.create(with: sample.genesis.json, signedWith: sample.keeper, timeoutSeconds: 1)
        let threads = Int(sysconf(Int32(_SC_NPROCESSORS_ONLN)))
        let rates = {
            (
                one: sample.verificationRate(threads: 1),
                all: sample.verificationRate(threads: threads)
            )
        }
        let before = rates()
        let appending = try append(count, to: log, sample)
        let auditing = Double(count) / (try timed { _ = try LedgerAudit(LogSnapshot(log)) })
        let after = rates()
        let (one, all) = ((before.one + after.one) / 2, (before.all + after.all) / 2)
        row("verified by the library on a core", one, "1/s", entries: count)
        row("verified by the library on all cores", all, "1/s", entries: count)
        row("appended and sealed", appending, "1/s", entries: count, ratio: appending / one)
        row("audited", auditing, "1/s", entries: count, ratio: auditing / all)
        let size = try LogSnapshot(log).checkpoint.size
        let trusting = try timed { _ = try LedgerAudit(LogSnapshot(log), signatures: .from(size)) }
        row("audited with signatures trusted", Double(count) / trusting, "1/s", entries: count)
        var proofs: [Double] = []
        for index in stride(from: 0, to: count, by: max(count / 101, 1)) {
            proofs.append(
                try timed { _ = try LogProof(of: UInt64(index), in: LogSnapshot(log)).bytes })
        }
        row("a proof", proofs.sorted()[proofs.count / 2] * 1e3, "ms", entries: count)
        row("the slowest proof", (proofs.max() ?? 0) * 1e3, "ms", entries: count)
        let settling = try sample.settling(workers: 10_000)
        row("settling 10,000 workers", settling * 1e3, "ms", entries: count)
        var usage = rusage()
        unsafe getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
        row("peak memory", Double(usage.ru_maxrss) * 1_024 / 1e6, "MB", entries: count)
    }

    /// Appends entries as `nous-ledger append` does, and says how many a second.
    private func append(
        _ count: Int, to log: LogDirectory, _ sample: LedgerSample
    ) throws -> Double {
        var (seconds, made) = (0.0, 1)
        var places = try LogSnapshot(log).replay(signatures: .none) { _, _ in }.places
        while made < count {
            var lines: [[UInt8]] = []
            for number in made..<min(count, made + Self.batch) {
                let entry = try sample.entry(number, in: places)
                try places.append(entry)
                lines.append(entry.line)
            }
            seconds += try timed {
                let submissions = Submission.parse(lines)
                var writer = try LedgerWriter(
                    locking: log.path, operatorKey: sample.keeper, timeoutSeconds: 1)
                for submission in submissions { _ = try writer.submit(submission.get()) }
                try writer.commit()
            }
            made += lines.count
        }
        return Double(count) / seconds
    }

    private func timed(_ body: () throws -> Void) rethrows -> Double {
        let start = ContinuousClock.now
        try body()
        return (ContinuousClock.now - start) / .seconds(1)
    }

    private mutating func row(
        _ name: String, _ value: Double, _ unit: String, entries: Int, ratio: Double? = nil
    ) {
        let share = ratio.map { "  " + String(format: "%.2f of verifying", $0) } ?? ""
        print(
            name.padding(toLength: 38, withPad: " ", startingAt: 0)
                + String(format: "%12.1f %@", value, unit) + share)
        let more = ratio.map { String(format: ",\"ratio\":%.4f", $0) } ?? ""
        rows.append(
            String(
                format: "{\"name\":\"%@\",\"value\":%.3f,\"unit\":\"%@\",\"entries\":%d%@}\n", name,
                value, unit, entries, more))
    }
}
