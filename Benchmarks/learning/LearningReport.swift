import CommandLineTool
import Encodings
import Storage

/// The comparison of our learning curve with PyTorch's.
struct LearningReport {
    private let directory: String
    private let settings: JSON
    private let ours: [CurvePoint]
    private let peer: [CurvePoint]
    private let peerName: String

    init(directory: String) throws {
        self.directory = directory
        settings = try JSON(
            parsing: Files.read(path: directory + "/settings.json", limit: 1 << 20))
        ours = try LearningReport.curve(directory + "/ours.ndjson")
        peer = try LearningReport.curve(directory + "/peer.ndjson")
        let version = try Files.read(path: directory + "/peer-version", limit: 1 << 10)
        peerName = String(decoding: version.filter { $0 > 32 }, as: UTF8.self)
        guard !ours.isEmpty, ours.map(\.iteration) == peer.map(\.iteration) else {
            throw MalformedInput("expected curves of the same iterations", in: directory)
        }
    }

    private static func curve(_ path: String) throws -> [CurvePoint] {
        try Files.read(path: path, limit: 1 << 20).split(separator: UInt8(ascii: "\n"))
            .map { try CurvePoint(JSON(parsing: Array($0))) }
    }

    /// Prints the table; writes `learning.svg` and `learning.ndjson` beside the directory.
    ///
    /// Gives whether the final losses agree.
    func write() throws -> Bool {
        print("iteration    ours  \(peerName)  difference   (validation loss, nats a character)")
        for (ours, peer) in zip(ours, peer) {
            print(
                pad("\(ours.iteration)", 9), pad(loss(ours), 7),
                pad(loss(peer), peerName.count + 1),
                pad(Decimal.text(ours.validationLoss - peer.validationLoss, places: 5), 11))
        }
        guard let last = ours.last, let lastPeer = peer.last else { return false }
        print(
            "2,000 iterations took \(Decimal.text(last.seconds, places: 1)) s, "
                + "\(peerName) \(Decimal.text(lastPeer.seconds, places: 1)) s (one after the other)"
        )
        print(
            "nanoGPT publishes \(LearningSettings.publishedLoss) for this budget on Shakespeare "
                + "with GPT-2 blocks")
        let folder = Files.directory(of: directory)
        try Files.writeAtomically(
            path: folder + "/learning.svg",
            Array(LearningChart(ours: ours, peer: peer, peerName: peerName).svg.utf8))
        try Files.writeAtomically(
            path: folder + "/learning.ndjson",
            records(last, lastPeer).flatMap { $0.orderedLine })
        print("wrote \(folder)/learning.svg and \(folder)/learning.ndjson")
        let agrees =
            abs(last.validationLoss - lastPeer.validationLoss) <= LearningSettings.tolerance
        print("final losses \(agrees ? "agree" : "DIFFER") within \(LearningSettings.tolerance)")
        return agrees
    }

    private func records(_ last: CurvePoint, _ lastPeer: CurvePoint) -> [JSON] {
        let published = LearningSettings.publishedLoss
        return [
            record(
                "learning-final-validation-loss", last.validationLoss, "nats/character", peerName,
                lastPeer.validationLoss),
            record(
                "learning-final-validation-loss", last.validationLoss, "nats/character",
                "nanoGPT-published-on-Shakespeare", published),
            record("learning-training-time", last.seconds, "s", peerName, lastPeer.seconds),
        ]
    }

    private func record(
        _ name: String, _ value: Double, _ unit: String, _ peer: String, _ peerValue: Double
    ) -> JSON {
        [
            "name": .string(name), "value": .number("\(value)"), "unit": .string(unit),
            "peer": .string(peer), "peer_value": .number("\(peerValue)"),
            "ratio": .number("\(value / peerValue)"), "conditions": settings,
        ]
    }

    private func loss(_ point: CurvePoint) -> String {
        Decimal.text(point.validationLoss, places: 4)
    }

    private func pad(_ text: String, _ width: Int) -> String {
        String(repeating: " ", count: max(0, width - text.count)) + text
    }
}
