import COpenBLAS
import Glibc
import Numerics

/// The table for people and the records for checks.
struct GemmReport {
    let instructionSet: InstructionSet
    let repeats: Int

    /// OpenBLAS's own account of its kernels.
    var peer: String {
        let core = unsafe openblas_get_corename().map { unsafe String(cString: $0) } ?? "unknown"
        let version = unsafe openblas_get_config().map { unsafe String(cString: $0) } ?? "OpenBLAS"
        return version.split(separator: " ").prefix(2).joined(separator: " ") + " " + core
    }

    func printHeader() {
        print("exact products (\(instructionSet.rawValue)) against \(peer), GFLOP/s,")
        print("medians of \(repeats) interleaved repeats")
        print(pad("shape", 24), "threads", " exact", "  peer", "ratio")
    }

    func printRow(_ row: GemmBenchmark.Measurement) {
        print(
            pad(row.shape.name, 24), pad("\(row.threads)", 7, left: true),
            pad(rounded(row.exact, 1), 6, left: true), pad(rounded(row.peer, 1), 6, left: true),
            pad(rounded(row.ratio, 3), 5, left: true))
    }

    func printSummary(_ rows: [GemmBenchmark.Measurement], threads: Int) {
        guard !rows.isEmpty else { return }
        let ratios = rows.map(\.ratio)
        let mean = exp(ratios.map { log($0) }.reduce(0, +) / Double(ratios.count))
        print(
            "\(threads) threads: median ratio \(rounded(median(ratios), 3)),"
                + " geometric mean \(rounded(mean, 3)), lowest \(rounded(ratios.min() ?? 0, 3))")
    }

    /// Writes the records, a directory for them first; false if the system refuses.
    func write(_ rows: [GemmBenchmark.Measurement], to path: String) -> Bool {
        var directory = ""
        for part in path.split(separator: "/").dropLast() {
            directory += (directory.isEmpty && !path.hasPrefix("/") ? "" : "/") + part
            unsafe mkdir(directory, 0o777)
        }
        guard let file = unsafe fopen(path, "w") else { return false }
        let text = rows.map { record($0) + "\n" }.joined()
        let written = unsafe fputs(text, file)
        return unsafe fclose(file) == 0 && written >= 0
    }

    private func record(_ row: GemmBenchmark.Measurement) -> String {
        let layout = row.shape.layout.rawValue
        return """
            {"name":"gemm \(row.shape.name) threads \(row.threads)",\
            "value":\(rounded(row.exact, 2)),"unit":"GFLOP/s","peer":"\(peer)",\
            "peer_value":\(rounded(row.peer, 2)),"ratio":\(rounded(row.ratio, 4)),\
            "m":\(row.shape.m),"n":\(row.shape.n),"k":\(row.shape.k),"layout":"\(layout)",\
            "threads":\(row.threads),"instruction_set":"\(instructionSet.rawValue)",\
            "repeats":\(repeats)}
            """
    }

    /// `value` with `places` decimals.
    private func rounded(_ value: Double, _ places: Int) -> String {
        let scale = (0..<places).reduce(1.0) { scale, _ in scale * 10 }
        let whole = Int((value * scale).rounded())
        let digits = String(whole % Int(scale))
        return "\(whole / Int(scale))." + String(repeating: "0", count: places - digits.count)
            + digits
    }

    private func pad(_ text: String, _ width: Int, left: Bool = false) -> String {
        let space = String(repeating: " ", count: max(0, width - text.count))
        return left ? space + text : text + space
    }
}
