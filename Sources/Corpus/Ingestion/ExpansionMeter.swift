import Encodings

/// Compares what comes out of a file, decompressed, with the bytes that went in.
///
/// One meter serves a file with all archives in it. Without it a few kilobytes could keep a machine
/// busy for days.
final class ExpansionMeter {
    private let limits: IngestionLimits
    private var produced: [Int] = []

    /// The bytes of the file, or of a stream as far as it was read.
    var consumed = 0

    /// The bytes of archives held in memory at present.
    private(set) var held = 0

    init(limits: IngestionLimits) {
        self.limits = limits
    }

    /// Notes that `count` bytes came out of the archives at `depth`.
    func note(_ count: Int, depth: Int, in subject: String) throws(MalformedInput) {
        while produced.count <= depth { produced.append(0) }
        produced[depth] += count
        let (most, overflow) = consumed.multipliedReportingOverflow(by: limits.expansion)
        guard overflow || produced[depth] - limits.expansionSlack <= most else {
            throw MalformedInput(
                "more than \(limits.expansion) times its own bytes when decompressed, which is"
                    + " the limit", in: subject)
        }
    }

    /// Notes that `count` more bytes are held in memory, or fewer if it is negative.
    func hold(_ count: Int, in subject: String) throws(MalformedInput) {
        held += count
        guard held <= limits.heldBytes else {
            throw MalformedInput(
                "a zip or 7-Zip archive inside another, or in a pipe, of more than"
                    + " \(limits.heldBytes) bytes, which is the limit; such are read from their end",
                in: subject)
        }
    }

    /// Notes that `count` bytes are no longer held.
    func release(_ count: Int) {
        held -= count
    }
}
