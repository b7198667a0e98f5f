import ArgumentParser
import CommandLineTool
import Encodings
import Identity
import Storage
import TransparencyLog

/// Asks for a cosignature.
struct RequestCosignature: Tool {
    static let configuration = CommandConfiguration(
        commandName: "request",
        abstract: "Print a request to a witness to cosign the newest checkpoint.",
        discussion: """
            The request is the body of C2SP tlog-witness's add-checkpoint: it can be sent to a \
            witness on the network as well as piped into witness.

            Example:
              nous-ledger request ledger --old 12 |
                nous-ledger witness --key witness.json --name witness.example \\
                  --state seen --log-key "$(nous-ledger log-key ledger)" |
                nous-ledger cosign ledger --policy policy
            """)

    @Argument(help: ArgumentHelp("The ledger, or a copy of it.", valueName: "ledger"))
    var ledger: String

    @Option(
        help: ArgumentHelp(
            "The size of the last checkpoint that the witness cosigned.", valueName: "n"))
    var old: UInt64 = 0

    func run() throws {
        let log = try LogSnapshot(LogDirectory(ledger))
        guard old <= log.checkpoint.size else {
            throw Failure(.answerIsNo, "the log has only \(log.checkpoint.size) entries")
        }
        try Operand.write(try WitnessRequest(to: log, from: old).bytes, to: nil)
    }
}

/// Cosigns a log's checkpoint.
struct WitnessLog: Tool {
    static let configuration = CommandConfiguration(
        commandName: "witness",
        abstract: "Cosign a log's checkpoint if it continues the last one cosigned.",
        discussion: """
            The request comes on standard input; the cosignature is printed once the file --state \
            remembers it. A log that forgets or rewrites an entry gets none. If the request is \
            about another size than the one remembered, the answer is no (status 1) and the size \
            is said.

            Example:
              nous-ledger witness --key witness.json --name witness.example --print-key
              nous-ledger request ledger > request
              nous-ledger witness --key witness.json --name witness.example \\
                --state seen --log-key "$(nous-ledger log-key ledger)" < request
            """)

    @Option(help: ArgumentHelp("The key that cosigns, used for nothing else.", valueName: "file"))
    var key: String

    @Option(help: ArgumentHelp("The name of the witness.", valueName: "name"))
    var name: String

    @Option(help: ArgumentHelp("What the witness remembers.", valueName: "file"))
    var state: String?

    @Option(
        help: ArgumentHelp(
            "The key of a log that is watched, as log-key prints it; may be given several times.",
            valueName: "key"))
    var logKey: [String] = []

    @Option(
        help: ArgumentHelp(
            "The time to state, in seconds since 1970; by default now.", valueName: "seconds"))
    var time: UInt64?

    @Flag(help: "Only print the key of the witness, for policies.")
    var printKey = false

    @OptionGroup var lock: LockOptions

    func validate() throws {
        guard NoteSignature.isName(name) else {
            throw ValidationError("--name is not empty, and has no spaces and no +")
        }
        guard printKey || state.map({ !Operand.isStream($0) }) == true else {
            throw ValidationError("--state is a file")
        }
        guard time ?? 0 <= UInt64(Int64.max) else {
            throw ValidationError("--time must be at most \(Int64.max)")
        }
    }

    func run() throws {
        let key = try KeyFile.read(key)
        guard !printKey else {
            return try Operand.print(
                VerifierKey(name: name, use: .cosignature, key: key.publicKey).description)
        }
        let state = state ?? ""
        let bytes = try Operand.read("-", limit: WitnessRequest.maximumLength)
        let request: WitnessRequest
        do throws(MalformedInput) {
            request = try WitnessRequest(parsing: bytes)
        } catch {
            throw error.within(Operand.name("-"))
        }
        let log = try watched(request.checkpoint.origin)
        let held = try FileLock(locking: state + ".lock", timeoutSeconds: lock.lockTimeout)
        defer { withExtendedLifetime(held) {} }
        var seen = try remembered(state)
        guard request.oldSize == seen.size(of: log.name) else {
            throw Failure(
                .answerIsNo,
                "the last checkpoint cosigned has \(seen.size(of: log.name)) entries,"
                    + " not \(request.oldSize)",
                hint: "make the request with --old \(seen.size(of: log.name))")
        }
        try seen.accept(request, of: log)
        try StopSignals.held { try Files.writeAtomically(path: state, seen.bytes) }
        let cosignature = Cosignature(
            of: request.checkpoint.text, at: time ?? WallClock.seconds(), named: name, by: key)
        try Operand.print(cosignature.signature.line)
    }

    /// The key of the log with this origin.
    private func watched(_ origin: String) throws -> VerifierKey {
        for text in logKey {
            let key: VerifierKey
            do throws(MalformedInput) {
                key = try VerifierKey(parsing: text)
            } catch {
                throw Failure(.usage, "--log-key: \(error)")
            }
            if key.name.hasSameBytes(as: origin) { return key }
        }
        throw Failure(.answerIsNo, "'\(origin)' is not a log that is watched")
    }

    private func remembered(_ state: String) throws -> WitnessState {
        guard Files.exists(state) else { return WitnessState() }
        let bytes = try Files.read(ordinary: state, limit: WitnessState.maximumLength)
        do throws(MalformedInput) {
            return try WitnessState(parsing: bytes)
        } catch {
            throw error.within(state)
        }
    }
}

/// Adds cosignatures to the checkpoint.
struct CosignLog: Tool {
    static let configuration = CommandConfiguration(
        commandName: "cosign",
        abstract: "Add the cosignatures of witnesses to the checkpoint.",
        discussion: """
            Lines as witness prints them come on standard input. Only those of witnesses of the \
            policy are added, and only if they hold for the newest checkpoint.

            Example:
              nous-ledger cosign ledger --policy policy < cosignatures
            """)

    @Argument(help: ArgumentHelp("The ledger.", valueName: "ledger"))
    var ledger: String

    @Option(
        help: ArgumentHelp("The witnesses (C2SP tlog-policy).", valueName: "file"))
    var policy: String

    @OptionGroup var lock: LockOptions

    func run() throws {
        let rules = try TrustOptions.readPolicy(policy)
        let input = try Operand.read("-", limit: LogCheckpoint.maximumLength)
        let directory = LogDirectory(ledger)
        _ = try LogSnapshot(directory)
        let held = try FileLock(locking: directory.lockPath, timeoutSeconds: lock.lockTimeout)
        defer { withExtendedLifetime(held) {} }
        let log = try LogSnapshot(directory)
        var note = log.note
        for (number, line) in input.split(separator: UInt8(ascii: "\n")).enumerated() {
            do throws(MalformedInput) {
                let signature = try NoteSignature(parsing: String(decoding: line, as: UTF8.self))
                try note.add(signature, of: rules)
            } catch {
                throw error.within("\(Operand.name("-")): line \(number + 1)")
            }
        }
        guard note.bytes.count <= LogCheckpoint.maximumLength,
            note.signatures.count <= SignedNote.maximumSignatureCount
        else {
            throw MalformedInput(
                "the checkpoint would have more than \(LogCheckpoint.maximumLength) bytes or"
                    + " \(SignedNote.maximumSignatureCount) signatures", in: Operand.name("-"))
        }
        try Operand.write(note.bytes, to: directory.checkpointPath)
    }
}

extension SignedNote {
    /// Adds a cosignature of one of the witnesses, which must hold.
    fileprivate mutating func add(
        _ signature: NoteSignature, of policy: LogPolicy
    ) throws(MalformedInput) {
        let witness = policy.witnesses.first {
            $0.key.name.hasSameBytes(as: signature.name)
                && $0.key.identifier == signature.keyID
        }
        guard let witness else {
            throw MalformedInput("'\(signature.name)' is no witness of the policy")
        }
        add(signature)
        _ = try Cosignature(on: self, by: witness.key)
    }
}
