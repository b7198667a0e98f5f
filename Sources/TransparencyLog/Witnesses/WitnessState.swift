package import Encodings
import Identity
import Storage

/// What a witness remembers of the logs it watches: of each the largest checkpoint it cosigned.
///
/// The file is the texts of these checkpoints in the order of origins.
package struct WitnessState: Sendable {
    /// The most bytes in the file.
    package static let maximumLength = 1 << 26

    private var seen: [String: LogCheckpoint] = [:]

    /// A witness that has seen nothing.
    package init() {}

    /// Reads the file: three lines for each log.
    package init(parsing bytes: [UInt8]) throws(MalformedInput) {
        var rest = bytes[...]
        while !rest.isEmpty {
            let ends = rest.indices.lazy.filter { rest[$0] == 0x0A }.prefix(3)
            guard ends.count == 3, let end = ends.max() else {
                throw MalformedInput("expected three lines for each log")
            }
            let checkpoint = try LogCheckpoint(parsing: SignedNote(text: Array(rest[...end])))
            guard seen.updateValue(checkpoint, forKey: checkpoint.origin) == nil else {
                throw MalformedInput("expected each log once, found two of '\(checkpoint.origin)'")
            }
            rest = rest[(end + 1)...]
        }
    }

    /// The file.
    package var bytes: [UInt8] {
        seen.values.sorted { $0.origin.precedesByBytes($1.origin) }.flatMap(\.text)
    }

    /// How many entries the largest checkpoint of this log had.
    package func size(of origin: String) -> UInt64 { seen[origin]?.size ?? 0 }

    /// Takes a request: the checkpoint must continue the last one that was cosigned.
    ///
    /// The key signs for `log`, which the witness knows by other means.
    package mutating func accept(
        _ request: WitnessRequest, of log: VerifierKey
    ) throws(MalformedInput) {
        let checkpoint = request.checkpoint
        guard log.name.hasSameBytes(as: checkpoint.origin),
            request.note.isSigned(by: log.key, named: log.name)
        else {
            throw MalformedInput("expected a checkpoint signed by \(log.name), found another")
        }
        let last = seen[checkpoint.origin]
        guard request.oldSize == last?.size ?? 0 else {
            throw MalformedInput(
                "expected a proof from size \(last?.size ?? 0), found one from \(request.oldSize)")
        }
        guard
            MerkleTree.verifyConsistency(
                oldSize: request.oldSize,
                oldRoot: last?.root ?? MerkleTree.root(ofLeafHashes: []),
                newSize: checkpoint.size, newRoot: checkpoint.root, proof: request.proof)
        else {
            throw MalformedInput(
                "the log does not continue the one of \(request.oldSize) entries cosigned before")
        }
        seen[checkpoint.origin] = checkpoint
    }
}
