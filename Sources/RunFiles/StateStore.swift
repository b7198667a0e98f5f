package import Artifacts
import CommandLineTool
import Encodings
package import Identity
package import LanguageModel
package import Rounds
package import Storage

/// A directory of worker states: `<worker>/<round>.tar.zst`, and `<worker>/snapshot.tar.zst` while
/// a round is under way.
package struct StateStore {
    /// The directory.
    package let path: String

    /// The store in the directory `path`, which is made when first written.
    package init(_ path: String) { self.path = path }

    /// The state of the worker's last round before `round`, with its digest.
    package func last(
        of worker: PublicKey, in run: RunConfiguration, before round: Int,
        layout: ParameterLayout
    ) throws -> (digest: Digest, state: WorkerState)? {
        let directory = directory(of: worker)
        guard Files.isDirectory(directory) else { return nil }
        let rounds = try Files.list(directory).compactMap(StateStore.round(ofFileNamed:))
        guard let newest = rounds.filter({ $0 < round }).max() else { return nil }
        let file = directory + "/" + StateStore.fileName(newest)
        let artifact = try Operand.readArtifact(
            file, expecting: .workerState, sinks: WorkerState.sinks(layout))
        do throws(MalformedInput) {
            let state = try WorkerState(artifact, layout: layout)
            guard state.run == run.digest else {
                throw .field("run", expected: run.digest.hex, found: state.run.hex)
            }
            guard state.worker == worker else {
                throw .field("worker", expected: "\(worker)", found: "\(state.worker)")
            }
            return (artifact.digest, state)
        } catch {
            throw error.within(file)
        }
    }

    /// Whether the state of any worker is here.
    package var holdsStates: Bool {
        get throws {
            guard Files.isDirectory(path) else { return false }
            return try Files.list(path).contains { worker in
                let directory = Files.join(path, worker)
                return try Files.isDirectory(directory)
                    && Files.list(directory).contains { StateStore.round(ofFileNamed: $0) != nil }
            }
        }
    }

    /// Keeps a state.
    package func keep(_ state: WorkerState, layout: ParameterLayout) throws {
        try Files.makeDirectory(directory(of: state.worker))
        let file = directory(of: state.worker) + "/" + StateStore.fileName(state.round)
        try Operand.write(state.artifact(layout: layout), to: file)
    }

    /// Where the worker's unfinished round is saved.
    package func snapshotPath(of worker: PublicKey) -> String {
        directory(of: worker) + "/snapshot.tar.zst"
    }

    /// Saves the worker's unfinished round.
    package func keepSnapshot(_ snapshot: Artifact, of worker: PublicKey) throws {
        try Files.makeDirectory(directory(of: worker))
        try Operand.write(snapshot, to: snapshotPath(of: worker))
    }

    private func directory(of worker: PublicKey) -> String { "\(path)/\(worker.base58)" }

    /// The name of the file with a number: eight digits, so that names sort as numbers do.
    static func fileName(_ number: Int) -> String { digits(number) + ".tar.zst" }

    /// A number in at least eight digits.
    static func digits(_ number: Int) -> String {
        let digits = String(number)
        return String(repeating: "0", count: max(0, 8 - digits.count)) + digits
    }

    private static func round(ofFileNamed name: String) -> Int? {
        guard name.hasSuffix(".tar.zst") else { return nil }
        return Int(name.dropLast(".tar.zst".count))
    }
}
