import ArgumentParser
import CommandLineTool
import Encodings
import Settlement
import Storage
import TransparencyLog

/// Appends what waits in the inbox.
struct Seal: Tool {
    static let configuration = CommandConfiguration(
        commandName: "seal",
        abstract: "Append what waits in the inbox, and sign the checkpoint that covers it.",
        discussion: """
            The order is that of authors and of their entries, then of other records' digests; it \
            does not matter who submitted first. What cannot be appended yet stays in the inbox, with a warning that says why; \
            with --set-aside it goes to the directory refused. Every record that is appended is \
            printed once the checkpoint that covers it is durable.

            Example:
              nous-ledger seal ledger --operator-key operator.json
            """)

    @Argument(help: ArgumentHelp("The ledger.", valueName: "ledger"))
    var ledger: String

    @Flag(help: "Move what cannot be appended out of the inbox.")
    var setAside = false

    @Flag(help: "Print one JSON object for each record.")
    var json = false

    @OptionGroup var writer: WriterOptions
    @OptionGroup var global: GlobalOptions

    func run() throws {
        var waiting = Waiting(inbox: Inbox(of: LogDirectory(ledger)))
        var writer = try writer.writer(of: ledger, quiet: global.quiet, sealing: true)
        try waiting.read()
        let receipts = waiting.submit(to: &writer)
        try writer.commit()
        for refusal in waiting.refusals where !global.quiet {
            Terminal.report("nous-ledger: warning: \(refusal)")
        }
        for (name, receipt) in receipts where json || !global.quiet {
            try Operand.print(json ? receipt.json.orderedText : "\(receipt.entry)\t\(name)")
        }
        try waiting.clear(settingAside: setAside)
    }
}

/// The records of an inbox on their way into the ledger.
private struct Waiting {
    /// How often a record is tried in one seal; longer chains of what waits for what take several.
    private static let turns = 16

    let inbox: Inbox
    private var submissions: [(name: Digest, submission: Submission)] = []
    private var refused: [Digest: MalformedInput] = [:]
    private var sealed: [Digest] = []
    /// What is refused now, and may be taken later.
    private var waiting: Set<Digest> = []

    init(inbox: Inbox) {
        self.inbox = inbox
    }

    /// Why records stay outside, one line each.
    var refusals: [String] {
        refused.sorted { $0.key < $1.key }.map { "inbox/\($0.key): \($0.value)" }
    }

    /// Reads the inbox in the order in which records are tried.
    mutating func read() throws {
        for name in try inbox.names() {
            do throws(MalformedInput) {
                submissions.append((name, try Submission(parsing: line(name))))
            } catch {
                refused[name] = error
            }
        }
        submissions.sort {
            $0.submission.precedes($1.submission) ?? ($0.name < $1.name)
        }
    }

    private func line(_ name: Digest) throws(MalformedInput) -> [UInt8] {
        do {
            return try inbox.line(name)
        } catch let error as MalformedInput {
            throw error
        } catch {
            throw MalformedInput("\(error)")
        }
    }

    /// Tries the records in turns until none is taken any more: one may be what another waits for.
    mutating func submit(to writer: inout LedgerWriter) -> [(Digest, LedgerWriter.Receipt)] {
        var receipts: [(Digest, LedgerWriter.Receipt)] = []
        var left = submissions
        for _ in 0..<Self.turns {
            var again: [(name: Digest, submission: Submission)] = []
            for (name, submission) in left {
                do throws(MalformedInput) {
                    let receipt = try writer.submit(submission)
                    if receipt.isNew { receipts.append((name, receipt)) }
                    sealed.append(name)
                    refused[name] = nil
                } catch {
                    refused[name] = error
                    if case .entry(let entry) = submission,
                        writer.state.mayComeLater(entry.body)
                    {
                        waiting.insert(name)
                    }
                    again.append((name, submission))
                }
            }
            guard again.count < left.count, !again.isEmpty else { break }
            left = again
        }
        return receipts
    }

    /// Takes what is sealed out of the inbox, and what is refused if told so.
    func clear(settingAside: Bool) throws {
        for name in sealed { try inbox.remove(name) }
        guard settingAside else { return }
        for name in refused.keys.sorted() where !waiting.contains(name) { try inbox.setAside(name) }
    }
}
