import ArgumentParser
import CommandLineTool
import Encodings
import Settlement
import Storage
import TransparencyLog

/// Puts records into the inbox.
struct Submit: Tool {
    static let configuration = CommandConfiguration(
        commandName: "submit",
        abstract: "Put contributions, verdicts and signed entries into the inbox of a ledger.",
        discussion: """
            Needs neither a lock nor the operator's key: any number of writers may do it at once. \
            Each record becomes one file, named by its SHA-256, that is durable when its name is \
            printed; the same record again changes nothing. The operator seals them with seal.

            Example:
              nous-ledger submit ledger anna.contribution verdicts.ndjson
              nous-ledger leave ledger --key worker.json | nous-ledger submit ledger
            """)

    @Argument(help: ArgumentHelp("The ledger.", valueName: "ledger"))
    var ledger: String

    @Argument(help: ArgumentHelp("What to submit; - is standard input.", valueName: "file"))
    var files: [String] = ["-"]

    @OptionGroup var global: GlobalOptions

    func validate() throws { try Operand.expectOneStream(files) }

    func run() throws {
        let inbox = Inbox(of: try LogSnapshot(LogDirectory(ledger)).directory)
        let submissions = try files.flatMap { file in
            try RecordFiles.read(file).map { (file, try $0.get()) }
        }
        for (file, submission) in submissions {
            let name = try put(submission, into: inbox, from: file)
            if !global.quiet { try Operand.print(name.hex) }
        }
    }

    private func put(
        _ submission: Submission, into inbox: Inbox, from file: String
    ) throws -> Digest {
        do {
            return try StopSignals.held { try inbox.put(submission.line) }
        } catch let malformed as MalformedInput {
            throw malformed.within("\(Operand.name(file)): \(submission.summary)")
        }
    }
}
